using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>stack_switch: set the stack used when user mode is interrupted. Xen public/arch-x86/xen.h, "HYPERVISOR_stack_switch".</summary>
internal static class StackSwitch
{
    private const ushort GuestPrivilege = 3;

    /// <summary>stack selector, stack pointer. Always succeeds; a bad stack crashes the domain when it is used.</summary>
    [Hypercall(HypercallNumber.StackSwitch)]
    public static long Invoke(ref HypercallContext context)
    {
        context.Vcpu.KernelStackSelector = (ushort)(context.Argument1 | GuestPrivilege);
        context.Vcpu.KernelStackPointer = context.Argument2;
        return 0;
    }
}
