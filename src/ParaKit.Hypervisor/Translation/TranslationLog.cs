using ParaKit.Image;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>Remembers what was translated, for those who want to see it.</summary>
internal sealed class TranslationLog(KernelImage image)
{
    /// <summary>Blocks to remember; a guest that changes its code all the time makes any number.</summary>
    private const int MaximumBlocks = 100_000;

    private readonly List<TranslatedBlock> _blocks = [];

    /// <summary>Blocks that were not remembered.</summary>
    public long Omitted { get; private set; }

    /// <summary>What is remembered, by address and then in the order of their ends.</summary>
    public IReadOnlyList<TranslatedBlock> Blocks => [.. _blocks.OrderBy(b => b.Address)];

    /// <summary>Notes a unit that leaves the cache, or stays there at the end of the run.</summary>
    public void Add(CachedUnit unit, long entries, BlockEnd end)
    {
        if (_blocks.Count == MaximumBlocks)
        {
            Omitted++;
            return;
        }

        var code = unit.Code;
        _blocks.Add(new TranslatedBlock
        {
            Address = code.Address,
            Location = image.Describe(code.Address),
            Instructions = code.Instructions.Count,
            GuestBytes = code.GuestBytes,
            CodeBytes = code.Code.Length,
            Entries = entries,
            CallOuts = unit.CallOuts,
            End = end,
            Listing = TranslationListing.Lines(code, NameOf),
        });
    }

    private string? NameOf(ulong address) => image.TryFindSymbol(address, out var hit) ? hit.ToString() : null;
}
