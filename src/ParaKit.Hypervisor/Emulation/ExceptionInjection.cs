using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Emulation;

/// <summary>Gives exceptions and software interrupts to the guest's virtual gates. Xen public/arch-x86/xen.h, "HYPERVISOR_set_trap_table".</summary>
internal static class ExceptionInjection
{
    private const uint FromTable = 2;
    private const int SelectorErrorShift = 3;

    /// <summary>Injects an exception that the processor or the hypervisor found; RIP is where the frame is to point.</summary>
    public static void Inject(Domain domain, byte vector, uint? errorCode, ulong address = 0)
    {
        var vcpu = domain.Vcpu;
        if (vector == ExceptionVector.PageFault)
        {
            vcpu.Info.Cr2 = address;
            vcpu.State.Cr2 = address;
            errorCode = AsSeenByGuest(vcpu, errorCode.GetValueOrDefault());
        }

        if (vector == ExceptionVector.DeviceNotAvailable)
        {
            vcpu.SetTaskSwitched(false);
        }

        if (IsFault(vector))
        {
            vcpu.State.Rflags |= Flags.Resume;
        }

        Enter(domain, vector, errorCode, address);
    }

    /// <summary>
    /// Handles INT n with RIP after the instruction: a gate that its mode may use is entered, any other gives #GP.
    /// INT3 and INTO need no permission.
    /// </summary>
    public static void InjectSoftwareInterrupt(Domain domain, byte vector, byte length)
    {
        var vcpu = domain.Vcpu;
        var privilege = vcpu.Traps[vector].Flags & TrapInfo.PrivilegeMask;
        var isPermitted = vector is ExceptionVector.Breakpoint or ExceptionVector.Overflow
            || (vcpu.InKernelMode ? privilege >= 1 : privilege == TrapInfo.PrivilegeMask);
        if (isPermitted)
        {
            Enter(domain, vector, errorCode: null, address: 0);
            return;
        }

        vcpu.State.Rip -= length;
        Inject(domain, ExceptionVector.GeneralProtection, ((uint)vector << SelectorErrorShift) | FromTable);
    }

    private static void Enter(Domain domain, byte vector, uint? errorCode, ulong address)
    {
        var trap = domain.Vcpu.Traps[vector];
        var what = trap.Address == 0 ? Describe(domain, vector, errorCode, address) : "exception";
        BounceFrame.Enter(domain, new Bounce(trap.Address, what, (trap.Flags & TrapInfo.InterruptGate) != 0, errorCode));
    }

    private static string Describe(Domain domain, byte vector, uint? errorCode, ulong address)
    {
        var name = vector < 32 ? ExitNames.OfException(vector) : "software interrupt";
        var code = errorCode is { } value ? $", error code {value:x}" : "";
        var linear = vector == ExceptionVector.PageFault ? $", address {address:x16}" : "";
        return $"{name} (vector {vector}{code}{linear}) at {domain.Image.Describe(domain.Vcpu.State.Rip)}";
    }

    /// <summary>The processor always sees level 3; the guest wants to know whether its user mode faulted.</summary>
    private static uint AsSeenByGuest(VirtualCpu vcpu, uint errorCode)
    {
        const uint User = (uint)PageFaultErrorCode.User;
        return vcpu.InKernelMode ? errorCode & ~User : errorCode | User;
    }

    private static bool IsFault(byte vector) =>
        vector is not (ExceptionVector.Debug or ExceptionVector.NonMaskable or ExceptionVector.Breakpoint or ExceptionVector.Overflow);
}
