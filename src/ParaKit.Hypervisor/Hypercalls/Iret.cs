using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>iret: return from an exception, event or system call. Xen public/arch-x86/xen-x86_64.h, "HYPERVISOR_iret".</summary>
internal static class Iret
{
    private const ulong UserPrivilege = 3;
    private const ulong RestorableFlags = Flags.ArithmeticMask | Flags.Trap | Flags.Direction | Flags.NestedTask | Flags.Resume
        | Flags.AlignmentCheck | Flags.Identification;

    /// <summary>
    /// The frame is on the stack. Returns RAX of the frame. A frame that cannot be read, or user mode without a table, crashes the
    /// domain; a frame that the processor would refuse enters the failsafe callback. ENOSYS inside a multicall.
    /// </summary>
    [Hypercall(HypercallNumber.Iret)]
    public static long Invoke(ref HypercallContext context)
    {
        if (context.IsNested)
        {
            return HypercallContext.Result(Errno.ENOSYS);
        }

        var domain = context.Domain;
        var vcpu = context.Vcpu;
        var pointer = new GuestPointer<IretContext>(context.State.Registers[GeneralRegister.Rsp]);
        if (!context.TryRead(pointer, out var frame))
        {
            domain.Crash($"Fault while reading the iret context from the guest's stack at {pointer.Address:x16}.");
            return 0;
        }

        var toUser = (frame.Cs & UserPrivilege) == UserPrivilege;
        if (toUser && vcpu.UserTable == 0)
        {
            domain.Crash("The guest returns to user mode but has no user page tables.");
            return 0;
        }

        if (toUser)
        {
            vcpu.ToggleMode();
        }

        domain.Vcpu.Info.UpcallMask = (frame.Rflags & Flags.Interrupt) != 0 ? (byte)0 : (byte)1;
        Load(ref context, in frame);
        return (long)frame.Rax;
    }

    private static void Load(ref HypercallContext context, in IretContext frame)
    {
        ref var state = ref context.State;
        state.Rip = frame.Rip;
        state.Registers[GeneralRegister.Rsp] = frame.Rsp;
        state.Rflags = (frame.Rflags & RestorableFlags) | Flags.Interrupt;
        if ((frame.Flags & IretContext.InSyscall) == 0)
        {
            state.Registers[GeneralRegister.R11] = frame.R11;
            state.Registers[GeneralRegister.Rcx] = frame.Rcx;
        }

        var code = (ushort)(frame.Cs | UserPrivilege);
        var stack = (ushort)(frame.Ss | UserPrivilege);
        if (!LinearAddress.IsCanonical(frame.Rip) || !context.Vcpu.TryLoadCodeAndStack(code, stack))
        {
            (state.Cs.Selector, state.Ss.Selector) = (code, stack);
            // RAX is part of the state that the callback sees; the dispatcher writes the same value again.
            state.Registers[GeneralRegister.Rax] = frame.Rax;
            BounceFrame.Enter(context.Domain, Bounce.Failsafe(context.Vcpu));
        }
    }
}
