using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>
/// The shared info page of a domain, without what it has for each virtual processor (<see cref="VcpuInfoArea"/>). Everything in it is also written by the
/// guest: no decision that protects the host may rest on it. Xen public/xen.h, "shared_info".
/// </summary>
internal sealed class SharedInfoPage(PhysicalMemory memory, ulong frame)
{
    /// <summary>Machine address of the page.</summary>
    public ulong Address { get; } = frame << PhysicalMemory.FrameShift;

    /// <summary>evtchn_pending.</summary>
    public bool IsPending(uint port) => MemoryBits.Test(memory, Address + SharedInfo.EventPendingOffset, port);

    /// <summary>evtchn_mask.</summary>
    public bool IsMasked(uint port) => MemoryBits.Test(memory, Address + SharedInfo.EventMaskOffset, port);

    /// <summary>Sets a pending bit; returns what it was.</summary>
    public bool TestAndSetPending(uint port) => MemoryBits.Exchange(memory, Address + SharedInfo.EventPendingOffset, port, true);

    /// <summary>Clears a pending bit.</summary>
    public void ClearPending(uint port) => MemoryBits.Exchange(memory, Address + SharedInfo.EventPendingOffset, port, false);

    /// <summary>Clears a mask bit; returns what it was.</summary>
    public bool TestAndClearMask(uint port) => MemoryBits.Exchange(memory, Address + SharedInfo.EventMaskOffset, port, false);

    /// <summary>What the page has for a virtual processor.</summary>
    public VcpuInfoArea VcpuInfo(int number) => new(memory, Address + ((ulong)number * Abi.VcpuInfo.Size));

    /// <summary>Writes the wall clock at system time 0 under the version protocol.</summary>
    public void WriteWallClock(ulong nanoseconds)
    {
        const ulong NanosecondsPerSecond = 1_000_000_000;
        var (address, seconds) = (Address + SharedInfo.WallClockOffset, nanoseconds / NanosecondsPerSecond);
        memory.Write(address, (memory.Read<uint>(address) & ~1u) + 2);
        memory.Write(address + 4, (uint)seconds);
        memory.Write(address + 8, (uint)(nanoseconds % NanosecondsPerSecond));
        memory.Write(address + 12, (uint)(seconds >> 32));
    }
}
