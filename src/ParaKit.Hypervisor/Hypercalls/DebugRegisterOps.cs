using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_debugreg and get_debugreg: values are kept, breakpoints do not fire. Xen public/arch-x86/xen.h, "HYPERVISOR_set_debugreg".</summary>
internal static class DebugRegisterOps
{
    private const uint LastAddressRegister = 3;
    private const uint FirstAlias = 4;
    private const uint AliasDistance = 2;
    private const ulong GuestAddressEnd = 1UL << 47;

    /// <summary>register, value. ENODEV beyond register 7; EPERM for an address outside the guest's.</summary>
    [Hypercall(HypercallNumber.SetDebugreg)]
    public static long Set(ref HypercallContext context)
    {
        if (!TryResolve((uint)context.Argument1, out var register))
        {
            return HypercallContext.Result(Errno.ENODEV);
        }

        var isForeign = context.Argument2 is >= GuestAddressEnd and < MachineToPhysical.HypervisorEnd;
        if (register <= LastAddressRegister && isForeign)
        {
            return HypercallContext.Result(Errno.EPERM);
        }

        context.State.DebugRegisters[(int)register] = context.Argument2;
        return 0;
    }

    /// <summary>register. The value, which cannot be told from ENODEV.</summary>
    [Hypercall(HypercallNumber.GetDebugreg)]
    public static long Get(ref HypercallContext context) => TryResolve((uint)context.Argument1, out var register)
        ? (long)context.State.DebugRegisters[(int)register]
        : HypercallContext.Result(Errno.ENODEV);

    /// <summary>Registers 4 and 5 are other names of 6 and 7. Intel SDM vol. 3B, "Debug Registers DR4 and DR5".</summary>
    private static bool TryResolve(uint number, out uint register)
    {
        register = number is FirstAlias or FirstAlias + 1 ? number + AliasDistance : number;
        return register < Hardware.Cpu.DebugRegisters.Count;
    }
}
