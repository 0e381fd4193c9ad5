using System.Text.Json;
using System.Text.Json.Serialization;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Cli.MemoryMaps;

/// <summary>A memory map as <c>--json</c> writes it; numbers of frames are hexadecimal strings.</summary>
internal sealed record MemoryMapDocument(
    int SchemaVersion, string Guest, string Technique, double Milliseconds, bool HasEnded, long Pages, IReadOnlyList<RangeDocument> Ranges, IReadOnlyList<TranslationDocument> Translations)
{
    /// <summary>Makes one.</summary>
    public static MemoryMapDocument Of(MemoryMap map) => new(
        1,
        map.Guest,
        map.Technique,
        map.Milliseconds,
        map.HasEnded,
        map.Pages,
        [.. map.Ranges().Select(range => new RangeDocument(Hex(range.First.Page.Number), range.First.Frame is { } frame ? Hex(frame.Number) : null, range.Count, range.First.Use, range.First.TypeUses, range.First.References))],
        [.. map.Translations.Select(t => new TranslationDocument(Hex(t.Address), Hex(Vpn.Containing(t.Address).Number), t.Page is { } page ? Hex(page.Number) : null, t.Frame is { } frame ? Hex(frame.Number) : null))]);

    private static string Hex(ulong number) => $"0x{number:x}";
}

/// <summary>Pages in a row that are frames in a row, used in the same way.</summary>
internal sealed record RangeDocument(string Pfn, string? Mfn, ulong Pages, string Use, uint TypeUses, uint References);

/// <summary>An address, and what it is.</summary>
internal sealed record TranslationDocument(string Address, string Vpn, string? Pfn, string? Mfn);

/// <summary>Writes <see cref="MemoryMapDocument"/>.</summary>
[JsonSerializable(typeof(MemoryMapDocument))]
internal sealed partial class MemoryMapJson : JsonSerializerContext
{
    /// <summary>Options of ParaKit's documents.</summary>
    public static MemoryMapJson With(JsonSerializerOptions options) => new(options);
}
