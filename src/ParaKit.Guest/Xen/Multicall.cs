using System;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Collects hypercalls and makes them together (Xen public/xen.h, "HYPERVISOR_multicall"): one way into the hypervisor and back for all.
/// Nothing is called before <see cref="Flush"/>, a full buffer, or the end of the <c>using</c>; what a pointer leads to must live, and stay
/// as it is, until then. A call that fails stops the kernel.
/// </summary>
/// <param name="buffer">Room for the calls, usually <c>stackalloc</c>; its length is the size of a batch.</param>
public unsafe ref struct Multicall(Span<MulticallEntry> buffer)
{
    private readonly Span<MulticallEntry> _buffer = buffer;
    private int _count;

    /// <summary>Adds a call of <see cref="Hypercall.MmuUpdate"/>.</summary>
    public void MmuUpdate(MmuUpdateRequest* requests, uint count, uint* done, uint domain) =>
        Add(HypercallNumber.MmuUpdate, (ulong)requests, count, (ulong)done, domain);

    /// <summary>Adds a call of <see cref="Hypercall.StackSwitch"/>.</summary>
    public void StackSwitch(ulong selector, ulong top) => Add(HypercallNumber.StackSwitch, selector, top);

    /// <summary>Adds a call of <see cref="Hypercall.FpuTaskswitch"/>.</summary>
    public void FpuTaskswitch(uint set) => Add(HypercallNumber.FpuTaskswitch, set);

    /// <summary>Adds a call of <see cref="Hypercall.UpdateVaMapping"/>.</summary>
    public void UpdateVaMapping(ulong address, ulong entry, UpdateVaMappingFlags flags) =>
        Add(HypercallNumber.UpdateVaMapping, address, entry, (ulong)flags);

    /// <summary>Adds a call of <see cref="Hypercall.SetSegmentBase"/>.</summary>
    public void SetSegmentBase(SegmentBase which, ulong address) => Add(HypercallNumber.SetSegmentBase, (ulong)which, address);

    /// <summary>Adds a call of <see cref="Hypercall.MmuExtendedOp"/>.</summary>
    public void MmuExtendedOp(MmuExtendedOperation* operations, uint count, uint* done, uint domain) =>
        Add(HypercallNumber.MmuextOp, (ulong)operations, count, (ulong)done, domain);

    /// <summary>Adds a call of <see cref="Hypercall.EventChannelOp"/>.</summary>
    public void EventChannelOp(EventChannelOperation operation, void* argument) => Add(HypercallNumber.EventChannelOp, (ulong)operation, (ulong)argument);

    /// <summary>Adds any other call.</summary>
    /// <param name="number">Which.</param>
    /// <param name="first">Its first argument.</param>
    /// <param name="second">Its second argument.</param>
    /// <param name="third">Its third argument.</param>
    /// <param name="fourth">Its fourth argument.</param>
    public void Add(HypercallNumber number, ulong first, ulong second = 0, ulong third = 0, ulong fourth = 0)
    {
        if (_count == _buffer.Length)
        {
            Flush();
        }

        _buffer[_count++] = new MulticallEntry { Operation = (ulong)number, Argument1 = first, Argument2 = second, Argument3 = third, Argument4 = fourth };
    }

    /// <summary>Makes the collected calls, in order.</summary>
    public void Flush()
    {
        int count = _count;
        _count = 0;
        if (count == 0)
        {
            return;
        }

        fixed (MulticallEntry* first = _buffer)
        {
            Hypercall.Require(Hypercall.Multicall(first, (uint)count), "multicall");
        }

        for (int i = 0; i < count; i++)
        {
            Hypercall.Require((long)_buffer[i].Result, "a call of a multicall");
        }
    }

    /// <summary>Makes the calls that are left.</summary>
    public void Dispose() => Flush();
}
