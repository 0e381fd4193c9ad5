using System.Text.Json;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Translation;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit trace --translations --json</c> prints; docs/schema/trace-report.schema.json describes it.</summary>
/// <param name="Image">Name of the guest.</param>
/// <param name="Technique">Name of the technique.</param>
/// <param name="Translation">What the translator and its cache did.</param>
/// <param name="CallOuts">Calls of the monitor from translated code, by cause.</param>
/// <param name="OmittedBlocks">Blocks that are left out because there were too many.</param>
/// <param name="Blocks">Translated blocks by address.</param>
internal sealed record TraceDocument(
    string Image,
    string Technique,
    IReadOnlyDictionary<string, long> Translation,
    IReadOnlyDictionary<string, long> CallOuts,
    long OmittedBlocks,
    IReadOnlyList<TraceDocument.Block> Blocks)
{
    /// <summary>Makes the document of a run.</summary>
    public static TraceDocument Of(string guest, RunResult result, IEnumerable<TranslatedBlock> blocks) =>
        new(guest, result.Technique, result.Translation, result.CallOuts, result.OmittedBlocks, [.. blocks.Select(Block.Of)]);

    /// <summary>A translated block.</summary>
    internal sealed record Block(
        string Address, string Location, int Instructions, int GuestBytes, int CodeBytes, long Entries, long CallOuts, string End,
        IReadOnlyList<string> Listing)
    {
        /// <summary>Makes it.</summary>
        public static Block Of(TranslatedBlock block) => new(
            $"0x{block.Address:x}", block.Location, block.Instructions, block.GuestBytes, block.CodeBytes, block.Entries, block.CallOuts,
            JsonNamingPolicy.CamelCase.ConvertName(block.End.ToString()), block.Listing);
    }
}
