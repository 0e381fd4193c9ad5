using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>
/// What a virtual processor and the hypervisor share: its event flag and mask, and time. Everything in it is also written by the guest: no decision
/// that protects the host may rest on it. Xen public/xen.h, "vcpu_info".
/// </summary>
/// <param name="memory">The machine's memory.</param>
/// <param name="address">Machine address; register_vcpu_info moves it.</param>
internal sealed class VcpuInfoArea(PhysicalMemory memory, ulong address)
{
    private const ulong UpcallPendingOffset = 0;
    private const ulong UpcallMaskOffset = 1;
    private const ulong SelectorOffset = 8;
    private const ulong Cr2Offset = 16;
    private const ulong TimeOffset = 32;

    /// <summary>Machine address of the <see cref="VcpuInfo"/>.</summary>
    public ulong Address { get; private set; } = address;

    /// <summary>Whether it lies elsewhere than it did at first.</summary>
    public bool IsMoved { get; private set; }

    /// <summary>evtchn_upcall_pending.</summary>
    public bool UpcallPending
    {
        get => memory.Read<byte>(Address + UpcallPendingOffset) != 0;
        set => memory.Write(Address + UpcallPendingOffset, value ? (byte)1 : (byte)0);
    }

    /// <summary>evtchn_upcall_mask as the byte that it is.</summary>
    public byte UpcallMask
    {
        get => memory.Read<byte>(Address + UpcallMaskOffset);
        set => memory.Write(Address + UpcallMaskOffset, value);
    }

    /// <summary>Whether an event must be delivered before the guest runs on.</summary>
    public bool NeedsDelivery => UpcallPending && UpcallMask == 0;

    /// <summary>arch.cr2.</summary>
    public ulong Cr2
    {
        get => memory.Read<ulong>(Address + Cr2Offset);
        set => memory.Write(Address + Cr2Offset, value);
    }

    /// <summary>Sets a bit of evtchn_pending_sel; returns what it was.</summary>
    public bool TestAndSetSelector(uint word) => MemoryBits.Exchange(memory, Address + SelectorOffset, word, true);

    /// <summary>Moves it; everything is marked pending, so that nothing is lost.</summary>
    public void Move(ulong address)
    {
        memory.Write(address, memory.Read<VcpuInfo>(Address));
        (Address, IsMoved) = (address, true);
        UpcallPending = true;
        memory.Write(address + SelectorOffset, ulong.MaxValue);
    }

    /// <summary>Writes the time under the version protocol.</summary>
    public void WriteTime(VcpuTimeInfo time)
    {
        var place = Address + TimeOffset;
        var version = memory.Read<uint>(place) & ~1u;
        time.Version = version + 2;
        memory.Write(place, time);
    }
}
