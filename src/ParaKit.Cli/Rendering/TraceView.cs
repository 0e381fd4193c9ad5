using System.Globalization;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Translation;

namespace ParaKit.Cli.Rendering;

/// <summary>Translated blocks for people.</summary>
internal static class TraceView
{
    /// <summary>Prints blocks, then what the translator did.</summary>
    public static void Write(RunResult result, IReadOnlyList<TranslatedBlock> blocks, TextWriter writer)
    {
        foreach (var block in blocks)
        {
            WriteBlock(block, writer);
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{blocks.Count:N0} blocks shown of {result.TranslatedBlocks.Count:N0}"));
        if (result.OmittedBlocks > 0)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.OmittedBlocks:N0} more were not kept: there were too many"));
        }

        WriteCounts("translation", result.Translation, writer);
        WriteCounts("calls of the monitor", result.CallOuts, writer);
    }

    private static void WriteBlock(TranslatedBlock block, TextWriter writer)
    {
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"block {block.Address:x}  {block.Location}: {block.GuestBytes} bytes to {block.CodeBytes}, entered {block.Entries:N0} times, {block.CallOuts:N0} calls of the monitor{Describe(block.End)}"));
        foreach (var line in block.Listing)
        {
            writer.WriteLine("  " + line);
        }

        writer.WriteLine();
    }

    private static string Describe(BlockEnd end) => end switch
    {
        BlockEnd.None => "",
        BlockEnd.Retranslated => "; translated again because an instruction trapped often",
        BlockEnd.Acquitted => "; translated again because that instruction no longer did what had trapped",
        BlockEnd.Evicted => "; evicted",
        _ => "; given up because its code changed",
    };

    private static void WriteCounts(string title, IReadOnlyDictionary<string, long> counts, TextWriter writer)
    {
        writer.WriteLine(title + ":");
        foreach (var (name, count) in counts)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-24} {count,14:N0}"));
        }
    }
}
