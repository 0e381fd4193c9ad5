using System.Globalization;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Cli.MemoryMaps;

/// <summary>A memory map as text.</summary>
internal static class MemoryMapText
{
    /// <summary>Writes it.</summary>
    public static void Write(MemoryMap map, bool isWhole, TextWriter writer)
    {
        var (runs, longest) = map.Contiguity();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{map.Guest}, {map.Technique}, after {map.Milliseconds:0.#} ms{(map.HasEnded ? ", when it had ended" : "")}: {map.Pages:N0} pages"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"In the machine they lie in {runs:N0} runs; the longest has {longest:N0} pages."));
        writer.WriteLine();
        WriteUses(map, writer);
        if (map.Translations.Count > 0)
        {
            writer.WriteLine();
            WriteTranslations(map.Translations, writer);
        }

        if (isWhole)
        {
            writer.WriteLine();
            WriteRanges(map, writer);
        }
    }

    private static void WriteUses(MemoryMap map, TextWriter writer)
    {
        var table = new TextTable(1, 2, 3);
        table.Add("use", "pages", "uses as that", "references");
        foreach (var group in map.Frames.GroupBy(use => use.Use).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.Add(group.Key, Number(group.Count()), Number(group.Sum(use => (long)use.TypeUses)), Number(group.Sum(use => (long)use.References)));
        }

        table.Write(writer);
    }

    private static void WriteTranslations(IReadOnlyList<Translation> translations, TextWriter writer)
    {
        var table = new TextTable();
        table.Add("address", "VPN", "PFN", "MFN");
        foreach (var translation in translations)
        {
            table.Add(
                $"{translation.Address:x16}",
                $"{Vpn.Containing(translation.Address).Number:x}",
                translation.Page is { } page ? $"{page.Number:x}" : "not mapped",
                translation.Frame is { } frame ? $"{frame.Number:x}" : "");
        }

        table.Write(writer);
    }

    private static void WriteRanges(MemoryMap map, TextWriter writer)
    {
        var table = new TextTable(2);
        table.Add("PFN", "MFN", "pages", "use", "references");
        foreach (var (first, count) in map.Ranges())
        {
            table.Add($"{first.Page.Number:x}", first.Frame is { } frame ? $"{frame.Number:x}" : "-", Number((long)count), first.Use, Number(first.References));
        }

        table.Write(writer);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
