using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// The two views of one virtual processor: as the guest believes it to be, and as the real one at privilege level 3 that executes for it.
/// </summary>
internal static class Deprivileging
{
    /// <summary>What the guest's flags say about interrupts and ports is virtual; the real processor always takes interrupts.</summary>
    public const ulong VirtualFlags = Flags.Interrupt | Flags.IoPrivilege;

    private const ulong SharedCr0 = Cr0.TaskSwitched | Cr0.Emulation;
    private const ulong SharedCr4 = Cr4.OsFxsr | Cr4.OsXmmExceptions | Cr4.TimeStampDisable | Cr4.FsGsBase | Cr4.UserModeInstructionPrevention;

    /// <summary>Prepares a processor to execute for a guest.</summary>
    /// <param name="direct">The processor.</param>
    public static void Initialize(Processor direct)
    {
        direct.Reset();
        MonitorArea.Load(ref direct.State);
        direct.Controls = ExitControls.All;
    }

    /// <summary>Brings the guest's view up to date with what was executed for it.</summary>
    public static void Leave(in CpuState direct, ref CpuState guest, bool anythingRetired)
    {
        CopyCommon(in direct, ref guest);
        guest.Rflags = (direct.Rflags & ~VirtualFlags) | (guest.Rflags & VirtualFlags);
        TakeNull(in direct.Ds, ref guest.Ds);
        TakeNull(in direct.Es, ref guest.Es);
        TakeNull(in direct.Fs, ref guest.Fs);
        TakeNull(in direct.Gs, ref guest.Gs);
        guest.Fs.Base = direct.Fs.Base;
        guest.Gs.Base = direct.Gs.Base;
        guest.InterruptShadow &= !anythingRetired;
    }

    /// <summary>Makes the real processor go on where the guest believes to be.</summary>
    /// <param name="guest">The guest's view.</param>
    /// <param name="direct">The processor.</param>
    /// <param name="umip">Whether the machine prevents SGDT and relatives at level 3, whatever the guest wants.</param>
    public static void Enter(in CpuState guest, ref CpuState direct, bool umip)
    {
        CopyCommon(in guest, ref direct);
        direct.Rflags = (guest.Rflags & ~VirtualFlags) | Flags.Interrupt;
        direct.Ds = MonitorArea.DataSegment(in guest.Ds);
        direct.Es = MonitorArea.DataSegment(in guest.Es);
        direct.Fs = MonitorArea.DataSegment(in guest.Fs);
        direct.Gs = MonitorArea.DataSegment(in guest.Gs);
        direct.Cr0 = (direct.Cr0 & ~SharedCr0) | (guest.Cr0 & SharedCr0);
        direct.Cr4 = (direct.Cr4 & ~SharedCr4) | (guest.Cr4 & SharedCr4) | (umip ? Cr4.UserModeInstructionPrevention : 0);
        direct.TscOffset = guest.TscOffset;
        direct.TscAux = guest.TscAux;
        direct.InterruptShadow = false;
    }

    /// <summary>Copies what both views have in common.</summary>
    public static void CopyCommon(in CpuState from, ref CpuState to)
    {
        to.Registers = from.Registers;
        to.Xmm = from.Xmm;
        to.Mxcsr = from.Mxcsr;
        to.X87ControlWord = from.X87ControlWord;
        to.Rip = from.Rip;
    }

    /// <summary>A null selector can be loaded without a trap; the monitor finds it in the register.</summary>
    private static void TakeNull(in SegmentRegister direct, ref SegmentRegister guest)
    {
        if ((direct.Selector & ~3) == 0)
        {
            guest = direct;
        }
    }
}
