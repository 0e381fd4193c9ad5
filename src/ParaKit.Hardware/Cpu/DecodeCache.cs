using Iced.Intel;
using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Decoded instructions, keyed by physical frame and offset. Dropping a frame turns its instructions into
/// <see cref="ControlTransfer.Stale"/>, so that no link to them has to be found; their room is reclaimed when everything is dropped.
/// </summary>
internal sealed unsafe class DecodeCache : IDisposable
{
    /// <summary>Instructions the cache can hold; 64 bytes each, touched only when used.</summary>
    private const int Capacity = 1 << 19;

    /// <summary>Pages with an entry table (16 KiB each), so that a guest that runs through all its RAM costs a bounded amount.</summary>
    private const int MaximumPages = 4096;

    private readonly Dictionary<ulong, nint> _pages = [];
    private readonly Dictionary<ulong, List<Range>> _ranges = [];
    private readonly MemoryBlock _block = new((nuint)Capacity * DecodedInstruction.Bytes);
    private readonly PhysicalMemory _memory;
    private readonly ProcessorCounters _counters;
    private readonly BlockDecoder _decoder;
    private int _used = 1;

    private readonly record struct Range(int First, int Count);

    public DecodeCache(PhysicalMemory memory, ProcessorCounters counters, IReadOnlySet<Code> observed)
    {
        _memory = memory;
        _counters = counters;
        _decoder = new BlockDecoder(observed);
    }

    /// <summary>First instruction; index 0 is never used.</summary>
    public DecodedInstruction* Instructions => (DecodedInstruction*)_block.Pointer;

    /// <summary>Whether the next block may not fit; then call <see cref="Clear"/>.</summary>
    public bool IsFull =>
        _used > Capacity - (2 * BlockDecoder.MaximumRecords) || _pages.Count >= MaximumPages;

    /// <summary>The page for a frame of RAM, made if need be.</summary>
    public CodePage* Page(ulong frame)
    {
        if (!_pages.TryGetValue(frame, out nint page))
        {
            page = (nint)NativeMemory.AllocZeroed((nuint)sizeof(CodePage));
            ((CodePage*)page)->Frame = frame;
            _pages.Add(frame, page);
        }

        return (CodePage*)page;
    }

    /// <summary>Decodes the block at <paramref name="offset"/>; null if its first instruction leaves the page.</summary>
    public DecodedInstruction* Decode(CodePage* page, int offset)
    {
        byte* bytes = _memory.Base + (page->Frame << PhysicalMemory.FrameShift);
        DecodedInstruction* first = Instructions + _used;
        int records = _decoder.DecodeBlock(page, bytes, offset, first, (uint)_used);
        if (records == 0)
        {
            return null;
        }

        Account(page, records);
        return first;
    }

    /// <summary>Decodes one instruction that goes on in the next page.</summary>
    /// <param name="page">Page where it starts.</param>
    /// <param name="offset">Where in the page.</param>
    /// <param name="tail">First bytes of the next page.</param>
    /// <param name="tailLength">How many are there.</param>
    public DecodedInstruction* DecodeCrossing(CodePage* page, int offset, byte* tail, int tailLength)
    {
        byte* bytes = _memory.Base + (page->Frame << PhysicalMemory.FrameShift);
        DecodedInstruction* first = Instructions + _used;
        int records = _decoder.DecodeCrossing(page, bytes, offset, tail, tailLength, first, (uint)_used);
        Account(page, records);
        return first;
    }

    /// <summary>Forgets what was decoded from <paramref name="frame"/>.</summary>
    public void Drop(ulong frame)
    {
        if (!_ranges.Remove(frame, out List<Range>? ranges))
        {
            return;
        }

        _counters.CodeFramesDropped++;
        foreach (Range range in ranges)
        {
            for (int i = range.First; i < range.First + range.Count; i++)
            {
                Instructions[i].Execute = &ControlTransfer.Stale;
            }
        }

        new Span<uint>(Page(frame)->Entries, CodePage.Offsets).Clear();
    }

    /// <summary>Forgets everything. No pointer to an instruction or page may be in use; fetch tags must go too.</summary>
    public void Clear()
    {
        foreach (nint page in _pages.Values)
        {
            NativeMemory.Free((void*)page);
        }

        _pages.Clear();
        _ranges.Clear();
        _used = 1;
    }

    public void Dispose()
    {
        Clear();
        _block.Dispose();
    }

    private void Account(CodePage* page, int records)
    {
        if (!_ranges.TryGetValue(page->Frame, out List<Range>? ranges))
        {
            ranges = [];
            _ranges.Add(page->Frame, ranges);
        }

        ranges.Add(new Range(_used, records));
        _used += records;
        _counters.InstructionsDecoded += records - 1;
        _memory.MarkCode(page->Frame);
    }
}
