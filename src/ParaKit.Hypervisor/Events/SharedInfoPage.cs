using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>
/// The shared info page of a domain with one virtual processor. Everything in it is also written by the guest: no decision
/// that protects the host may rest on it. Xen public/xen.h, "shared_info".
/// </summary>
internal sealed class SharedInfoPage(PhysicalMemory memory, ulong frame)
{
    private const ulong UpcallPendingOffset = 0;
    private const ulong UpcallMaskOffset = 1;
    private const ulong SelectorOffset = 8;
    private const ulong Cr2Offset = 16;
    private const ulong TimeOffset = 32;

    /// <summary>Machine address of the page.</summary>
    public ulong Address { get; } = frame << PhysicalMemory.FrameShift;

    /// <summary>Machine address of the processor's <see cref="VcpuInfo"/>; register_vcpu_info moves it.</summary>
    public ulong VcpuInfoAddress { get; private set; } = frame << PhysicalMemory.FrameShift;

    /// <summary>evtchn_upcall_pending.</summary>
    public bool UpcallPending
    {
        get => memory.Read<byte>(VcpuInfoAddress + UpcallPendingOffset) != 0;
        set => memory.Write(VcpuInfoAddress + UpcallPendingOffset, value ? (byte)1 : (byte)0);
    }

    /// <summary>evtchn_upcall_mask as the byte that it is.</summary>
    public byte UpcallMask
    {
        get => memory.Read<byte>(VcpuInfoAddress + UpcallMaskOffset);
        set => memory.Write(VcpuInfoAddress + UpcallMaskOffset, value);
    }

    /// <summary>Whether an event must be delivered before the guest runs on.</summary>
    public bool NeedsDelivery => UpcallPending && UpcallMask == 0;

    /// <summary>arch.cr2.</summary>
    public ulong Cr2
    {
        get => memory.Read<ulong>(VcpuInfoAddress + Cr2Offset);
        set => memory.Write(VcpuInfoAddress + Cr2Offset, value);
    }

    /// <summary>evtchn_pending.</summary>
    public bool IsPending(uint port) => Test(SharedInfo.EventPendingOffset, port);

    /// <summary>evtchn_mask.</summary>
    public bool IsMasked(uint port) => Test(SharedInfo.EventMaskOffset, port);

    /// <summary>Sets a pending bit; returns what it was.</summary>
    public bool TestAndSetPending(uint port) => Exchange(Address + SharedInfo.EventPendingOffset, port, true);

    /// <summary>Clears a pending bit.</summary>
    public void ClearPending(uint port) => Exchange(Address + SharedInfo.EventPendingOffset, port, false);

    /// <summary>Clears a mask bit; returns what it was.</summary>
    public bool TestAndClearMask(uint port) => Exchange(Address + SharedInfo.EventMaskOffset, port, false);

    /// <summary>Sets a bit of evtchn_pending_sel; returns what it was.</summary>
    public bool TestAndSetSelector(uint word) => Exchange(VcpuInfoAddress + SelectorOffset, word, true);

    /// <summary>Moves the processor's information; everything is marked pending, so that nothing is lost.</summary>
    public void MoveVcpuInfo(ulong address)
    {
        memory.Write(address, memory.Read<VcpuInfo>(VcpuInfoAddress));
        VcpuInfoAddress = address;
        UpcallPending = true;
        memory.Write(address + SelectorOffset, ulong.MaxValue);
    }

    /// <summary>Writes the time under the version protocol.</summary>
    public void WriteTime(VcpuTimeInfo time)
    {
        var address = VcpuInfoAddress + TimeOffset;
        var version = memory.Read<uint>(address) & ~1u;
        time.Version = version + 2;
        memory.Write(address, time);
    }

    /// <summary>Writes the wall clock at system time 0.</summary>
    public void WriteWallClock(ulong seconds)
    {
        var address = Address + SharedInfo.WallClockOffset;
        memory.Write(address, memory.Read<uint>(address) + 2);
        memory.Write(address + 4, (uint)seconds);
        memory.Write(address + 8, 0u);
        memory.Write(address + 12, (uint)(seconds >> 32));
    }

    private bool Test(int area, uint bit) => (memory.Read<ulong>(Word(Address + (ulong)area, bit)) & Mask(bit)) != 0;

    private bool Exchange(ulong area, uint bit, bool value)
    {
        var address = Word(area, bit);
        var old = memory.Read<ulong>(address);
        memory.Write(address, value ? old | Mask(bit) : old & ~Mask(bit));
        return (old & Mask(bit)) != 0;
    }

    private static ulong Word(ulong area, uint bit) => area + (bit / 64 * sizeof(ulong));

    private static ulong Mask(uint bit) => 1UL << (int)(bit % 64);
}
