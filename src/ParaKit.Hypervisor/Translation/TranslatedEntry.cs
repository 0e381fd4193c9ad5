using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Monitors;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>The ways between the virtual processor and translated code on the real one.</summary>
internal sealed class TranslatedEntry(DeprivilegedMachine machine, CacheMemory memory)
{
    private long _retiredAtEntry;

    /// <summary>Puts the real processor into translated code, with the guest's registers.</summary>
    /// <param name="cacheAddress">Where it starts.</param>
    /// <param name="isPending">Whether an interrupt waits for the guest to enable interrupts.</param>
    public void Enter(ulong cacheAddress, bool isPending)
    {
        ref var guest = ref machine.Virtual.Processor.State;
        ref var direct = ref machine.Direct.State;
        VirtualSlots.Store(memory.Slots, in guest, isPending && (guest.Rflags & Flags.Interrupt) == 0);
        Deprivileging.Enter(in guest, ref direct, umip: false);
        direct.Ds = direct.Es = direct.Ss = MonitorArea.FlatData with { Limit = unchecked((uint)memory.SlotsAddress - 1) };
        direct.Fs = MonitorArea.FlatData with { Base = guest.Fs.Base };
        direct.Gs = MonitorArea.FlatData with { Base = memory.SlotsAddress };
        if ((direct.Efer & Efer.SegmentLimitEnable) == 0)
        {
            direct.Efer |= Efer.SegmentLimitEnable;
            machine.Shadow.RequireFlush();
        }

        direct.Rip = cacheAddress;
        _retiredAtEntry = machine.Direct.Counters.Instructions;
    }

    /// <summary>Ends the limit of segments: a program does not see the window anyway.</summary>
    public void Unlimit()
    {
        if ((machine.Direct.State.Efer & Efer.SegmentLimitEnable) != 0)
        {
            machine.Direct.State.Efer &= ~Efer.SegmentLimitEnable;
            machine.Shadow.RequireFlush();
        }
    }

    /// <summary>Brings the virtual processor to where a step is.</summary>
    public void Leave(in CacheStep step)
    {
        ref var guest = ref machine.Virtual.Processor.State;
        ref var direct = ref machine.Direct.State;
        Deprivileging.CopyCommon(in direct, ref guest);
        guest.Rip = step.Address;
        var slots = memory.Slots;
        PutBack(step.First, VirtualSlots.Read(slots, MonitorSlots.FirstSpill), ref guest);
        PutBack(step.Second, VirtualSlots.Read(slots, MonitorSlots.SecondSpill), ref guest);
        VirtualSlots.Load(slots, in direct, ref guest);
        guest.InterruptShadow = step.InShadow || (guest.InterruptShadow && machine.Direct.Counters.Instructions == _retiredAtEntry);
    }

    private static void PutBack(Register register, ulong value, ref CpuState guest)
    {
        if (register != Register.None)
        {
            guest.Registers[register.GetNumber()] = value;
        }
    }
}
