using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_debugreg and get_debugreg: values are kept, breakpoints do not fire. Xen public/arch-x86/xen.h, "HYPERVISOR_set_debugreg".</summary>
internal static class DebugRegisterOps
{
    private const ulong LastAddressRegister = 3;
    private const ulong StatusRegister = 6;
    private const ulong ControlRegister = 7;
    private const ulong GuestAddressEnd = 1UL << 47;

    /// <summary>register, value. EINVAL for registers 4, 5 and beyond 7; EPERM for an address outside the guest's lower half.</summary>
    [Hypercall(HypercallNumber.SetDebugreg)]
    public static long Set(ref HypercallContext context)
    {
        var register = (uint)context.Argument1;
        if (!Exists(register))
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var isForeign = context.Argument2 is >= GuestAddressEnd and < MachineToPhysical.HypervisorEnd;
        if (register <= LastAddressRegister && isForeign)
        {
            return HypercallContext.Result(Errno.EPERM);
        }

        context.State.DebugRegisters[(int)register] = context.Argument2;
        return 0;
    }

    /// <summary>register. The value, which cannot be told from EINVAL.</summary>
    [Hypercall(HypercallNumber.GetDebugreg)]
    public static long Get(ref HypercallContext context)
    {
        var register = (uint)context.Argument1;
        return Exists(register) ? (long)context.State.DebugRegisters[(int)register] : HypercallContext.Result(Errno.EINVAL);
    }

    private static bool Exists(ulong register) => register is <= LastAddressRegister or StatusRegister or ControlRegister;
}
