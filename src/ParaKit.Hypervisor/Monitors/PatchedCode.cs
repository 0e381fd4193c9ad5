using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// Breakpoints in place of sensitive instructions that would not trap: the remedy of binary patching. The guest's own bytes stay as they
/// are; it executes (and reads) patched copies of its pages.
/// </summary>
internal sealed class PatchedCode
{
    private const byte Breakpoint = 0xcc;

    private readonly PhysicalMemory _memory;
    private readonly Dictionary<ulong, byte> _originals = [];
    private readonly Dictionary<ulong, ulong> _copies = [];
    private readonly HashSet<ulong> _stale = [];

    /// <summary>Patches the instructions at the given addresses.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The guest's memory.</param>
    /// <param name="shadow">Maps the copies.</param>
    /// <param name="pool">Frames for the copies.</param>
    /// <param name="sites">Guest-physical addresses of first bytes.</param>
    public PatchedCode(PhysicalMemory memory, PseudoPhysicalMemory guest, ShadowPaging shadow, ShadowPool pool, IEnumerable<ulong> sites)
    {
        _memory = memory;
        foreach (var site in sites)
        {
            var machine = guest.ToMachine(site);
            _originals[machine] = memory.Read<byte>(machine);
            _copies.TryAdd(machine >> PhysicalMemory.FrameShift, 0);
        }

        foreach (var frame in _copies.Keys.ToArray())
        {
            _copies[frame] = pool.Take();
            Copy(frame);
            shadow.Substitute(frame, _copies[frame]);
        }

        shadow.SubstitutedFrameWritten = frame => _stale.Add(frame);
    }

    /// <summary>Frames that patched copies of the sites' pages take.</summary>
    public static int FramesFor(IEnumerable<ulong> sites) => sites.Select(site => site >> PageTableEntries.FrameShift).Distinct().Count();

    /// <summary>Whether the instruction at RIP is patched.</summary>
    public bool IsAt(Processor guest) =>
        guest.TryTranslate(guest.State.Rip, AccessKind.Execute, guest.State.Cpl == 3, out var machine, out _) && _originals.ContainsKey(machine);

    /// <summary>Brings copies up to date with what the guest wrote to its code.</summary>
    public void Refresh()
    {
        foreach (var frame in _stale)
        {
            Copy(frame);
        }

        _stale.Clear();
    }

    /// <summary>Copies a page and patches it where it still has the instructions that were found there.</summary>
    private void Copy(ulong frame)
    {
        var start = frame << PhysicalMemory.FrameShift;
        var copy = _copies[frame] << PhysicalMemory.FrameShift;
        var bytes = _memory.Span(copy, PhysicalMemory.FrameBytes);
        _memory.ReadOnlySpan(start, PhysicalMemory.FrameBytes).CopyTo(bytes);
        for (var offset = 0; offset < PhysicalMemory.FrameBytes; offset++)
        {
            if (_originals.TryGetValue(start + (ulong)offset, out var original) && bytes[offset] == original)
            {
                bytes[offset] = Breakpoint;
            }
        }
    }
}
