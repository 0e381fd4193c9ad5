using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Virtual processors beside the first. They start with events masked, and wait by <see cref="EventChannel.Wait"/> for channels that are bound to them;
/// interrupts of this library go to the first. Xen public/vcpu.h.
/// </summary>
public static unsafe class VirtualProcessor
{
    private static VcpuGuestContext s_context;

    /// <summary>Brings a virtual processor up, in the address space of this one. It calls <paramref name="entry"/>, which ends by <see cref="Stop"/>.</summary>
    /// <param name="number">1 or more.</param>
    /// <param name="entry">What it does.</param>
    /// <param name="argument">What it is told.</param>
    /// <param name="stackTop">End of its stack.</param>
    /// <returns><see cref="Errno.None"/>, or why not: ENOENT if the domain has no such processor, EEXIST if it was started before.</returns>
    public static Errno Start(uint number, delegate*<ulong, void> entry, ulong argument, void* stackTop)
    {
        s_context = default;
        s_context.Flags = VcpuGuestContext.InKernel;
        s_context.Registers.Rip = (ulong)entry;
        s_context.Registers.Rdi = argument;
        // As after a call: the return address is none.
        s_context.Registers.Rsp = ((ulong)stackTop & ~15UL) - sizeof(ulong);
        s_context.Registers.Cs = FlatSelectors.KernelCode;
        s_context.Registers.Ss = FlatSelectors.KernelStack;
        s_context.KernelSs = FlatSelectors.KernelStack;
        s_context.KernelSp = (ulong)stackTop;
        s_context.ControlRegisters[3] = Domain.ToMachine(Pfn.Containing(ParavirtualX86.ReadCr3())).Address;
        fixed (VcpuGuestContext* context = &s_context)
        {
            long result = Hypercall.VcpuOp(VcpuOperation.Initialise, number, context);
            return (Errno)(-(result == 0 ? Hypercall.VcpuOp(VcpuOperation.Up, number, null) : result));
        }
    }

    /// <summary>Takes a virtual processor down; of this one it does not return.</summary>
    public static void Stop(uint number) => Hypercall.VcpuOp(VcpuOperation.Down, number, null);

    /// <summary>Whether a virtual processor is up; false also if there is none of that number.</summary>
    public static bool IsUp(uint number) => Hypercall.VcpuOp(VcpuOperation.IsUp, number, null) == 1;
}
