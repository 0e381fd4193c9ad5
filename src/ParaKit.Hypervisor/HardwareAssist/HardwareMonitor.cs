using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Virtualization;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>
/// The hypervisor of one guest, for one of its processors, that runs in non-root mode at the privilege levels it was written for: fills nested page tables, models devices
/// and CPUID, injects interrupts. Intel SDM vol. 3C, "Virtual Machine Monitor Programming Considerations".
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="limits">When to stop.</param>
/// <param name="number">Number of the processor.</param>
/// <param name="counts">Where to count exits; null for counts of its own.</param>
internal sealed class HardwareMonitor(HardwareMachine machine, MonitorLimits limits, int number = 0, Counters? counts = null) : IProcessorMonitor
{
    /// <summary>What leaves the guest as long as it runs. Flags, control registers and page tables are the guest's own.</summary>
    public const Intercepts AlwaysIntercepted = Intercepts.Halt | Intercepts.PortAccess | Intercepts.Cpuid;

    private const long InstructionsPerSlice = 1 << 20;

    private readonly Machine _guest = machine.Machine;
    private readonly Processor _processor = machine.Machine.Processors[number];
    private readonly VirtualMachineControl _control = machine.Controls[number];
    private readonly bool _isOneOfSeveral = machine.Machine.ProcessorCount > 1;
    private long _exits;
    private bool _isWindowOpen;
    private long _chargedReads;
    private long _chargedWrites;
    private bool _hasPendingEvent;
    private bool _pauses;
    private bool _knowsOfRequest;

    /// <summary>Exits by reason.</summary>
    public ExitLog Exits { get; } = new(machine.Machine.Processors[number].Clock, counts);

    /// <summary>Instructions that the monitor carried out, by mnemonic.</summary>
    public Counters Emulations { get; } = new();

    /// <summary>Guests of the guest.</summary>
    public NestedVirtualization Nested { get; } = new(machine);

    /// <inheritdoc/>
    public long Interventions => _exits;

    /// <inheritdoc/>
    public long Instructions => _processor.Counters.Instructions;

    /// <summary>Interrupts injected.</summary>
    public long Injections { get; private set; }

    /// <summary>Events injected again because an exit interrupted their delivery.</summary>
    public long Reinjections { get; private set; }

    /// <summary>Cycles of the machine's clock at which the run pauses.</summary>
    public ulong Until { get; set; } = ulong.MaxValue;

    /// <summary>Hears of every exit after it was handled; for tests of invariants.</summary>
    public Action? AfterExit { get; init; }

    /// <summary>Takes over what another monitor knows of a guest that its own is a copy of; neither has guests of its own.</summary>
    public void CopyStateFrom(HardwareMonitor other)
    {
        _control.CopyFrom(other._control);
        _control.Write(ControlField.NestedTable, machine.Nested.Root);
        (_isWindowOpen, _hasPendingEvent) = (other._isWindowOpen, other._hasPendingEvent);
    }

    /// <summary>Runs the guest until something ends it.</summary>
    /// <returns>How the guest's machine stopped, or null if the limits did (<paramref name="wasCancelled"/> says which) or it is time to pause.</returns>
    public ProcessorExit? Run(out bool wasCancelled)
    {
        if (_isOneOfSeveral)
        {
            Resume();
        }

        while (true)
        {
            wasCancelled = limits.Cancellation.IsCancellationRequested;
            var remaining = limits.MaxInstructions == 0 ? long.MaxValue : limits.MaxInstructions - _processor.Counters.Instructions - _exits;
            if (wasCancelled || remaining <= 0 || _guest.Clock.Cycles >= Until || _pauses)
            {
                Exits.Close();
                _knowsOfRequest = _pauses || _guest.InterruptRequested;
                return null;
            }

            var budget = Math.Min(Math.Min(CatchUp(), remaining), Math.Min(InstructionsPerSlice, InstructionsLeft()));
            PrepareInterrupt();
            Exits.Close();
            var exit = _processor.Enter(_control, budget);
            if (exit.Reason == ExitReason.BudgetExhausted)
            {
                continue;
            }

            var end = Serve(in exit);
            AfterExit?.Invoke();
            if (end is not null)
            {
                Exits.Close();
                return end;
            }
        }
    }

    /// <summary>Others had their turns: an interrupt from one of them makes the guest exit as one of a device does, unless it was not running; and they may have changed the tables.</summary>
    private void Resume()
    {
        _pauses = false;
        if (_guest.InterruptRequested && !_knowsOfRequest)
        {
            Count(ExitNames.ExternalInterrupt);
        }

        UseTables();
    }

    /// <summary>A device that asks for an interrupt while the guest runs makes it exit, whatever the guest's own flag says.</summary>
    private long CatchUp()
    {
        var wasRequested = _guest.InterruptRequested;
        var budget = _guest.CatchUp();
        if (!wasRequested && _guest.InterruptRequested)
        {
            Count(ExitNames.ExternalInterrupt);
        }

        return budget;
    }

    /// <summary>Instructions that fit before the pause, at least one.</summary>
    private long InstructionsLeft() =>
        (long)Math.Clamp((Until - _guest.Clock.Cycles) / Math.Max(_processor.Costs.Instruction, 1), 1, long.MaxValue);

    /// <summary>Injects the interrupt that a device asks for, or sees to it that the guest exits as soon as it can take it.</summary>
    private void PrepareInterrupt()
    {
        var canInject = !Nested.HoldsInterrupts && (_processor.State.Rflags & Flags.Interrupt) != 0 && !_processor.State.InterruptShadow && !_hasPendingEvent;
        if (_guest.InterruptRequested && canInject)
        {
            Inject(new EventInformation(EventType.External, _guest.AcknowledgeInterrupt(), hasErrorCode: false).Value, errorCode: 0);
            Injections++;
        }

        if (_isWindowOpen != (_guest.InterruptRequested && !Nested.HoldsInterrupts))
        {
            _isWindowOpen = !_isWindowOpen;
            _control.Write(ControlField.Intercepts, (ulong)(AlwaysIntercepted | (_isWindowOpen ? Intercepts.InterruptWindow : 0)));
        }

        ChargeControlAccesses();
    }

    private void Inject(ulong value, ulong errorCode)
    {
        _control.Write(ControlField.InjectedEvent, value);
        if (errorCode != 0 || new EventInformation(value).HasErrorCode)
        {
            _control.Write(ControlField.InjectedErrorCode, errorCode);
        }
    }

    private ProcessorExit? Serve(in ProcessorExit exit)
    {
        _hasPendingEvent = false;
        var reason = (BasicExitReason)_control.Read(ControlField.ExitReason);
        if (Nested.IsInside && ServeGuestsGuest(reason))
        {
            return null;
        }

        switch (reason)
        {
            case BasicExitReason.VirtualMachineRun:
                Count(ExitNames.VirtualMachineRun);
                return RunGuestsGuest();
            case BasicExitReason.NestedViolation when _processor.HasDeviceAt(_control.Read(ControlField.GuestPhysicalAddress)):
                Count(IsApic(_control.Read(ControlField.GuestPhysicalAddress)) ? ExitNames.ApicAccess : ExitNames.DeviceAccess);
                return EmulateDeviceAccess(_control.Read(ControlField.GuestPhysicalAddress));
            case BasicExitReason.NestedViolation:
                Count(ExitNames.NestedViolation);
                Fill(_control.Read(ControlField.GuestPhysicalAddress), (_control.Read(ControlField.Qualification) & ExitQualification.NestedWrite) != 0);
                InjectAgain();
                return null;
            case BasicExitReason.PortAccess:
                Count(ExitNames.PortAccess);
                var isRead = (_control.Read(ControlField.Qualification) & ExitQualification.PortRead) != 0;
                return Emulate(isRead ? "in" : "out");
            case BasicExitReason.Cpuid:
                Count(ExitNames.Cpuid);
                return Emulate("cpuid");
            case BasicExitReason.Halt:
                Count(ExitNames.Halt);
                return _isOneOfSeveral ? Halt() : _guest.TryWaitForInterrupt() ? null : exit;
            case BasicExitReason.InterruptWindow:
                Count(ExitNames.InterruptWindow);
                return null;
            default:
                return exit;
        }
    }

    private static bool IsApic(ulong address) => address - MachineBuilder.LocalApicAddress < PageTableEntries.FrameBytes;

    private ProcessorExit? Halt()
    {
        _guest.Halt();
        _pauses = true;
        return null;
    }

    private void Fill(ulong address, bool isWrite)
    {
        if (Nested.IsInside)
        {
            Nested.FillOrReflect(address, qualification: isWrite ? ExitQualification.NestedWrite : 0, vectoredEvent: 0, vectoredErrorCode: 0);
        }
        else
        {
            machine.Nested.Map(address, isWrite);
        }

        UseTables();
    }

    private void UseTables()
    {
        if (_processor.NestedCr3 != Nested.Paging.Root)
        {
            _control.Write(ControlField.NestedTable, Nested.Paging.Root);
        }
    }

    private ProcessorExit? RunGuestsGuest()
    {
        if (!Nested.TryRun(out var injection, out var problem))
        {
            return new ProcessorExit(ExitReason.Unimplemented) { Message = problem };
        }

        UseTables();
        if (new EventInformation((uint)injection).IsValid)
        {
            Inject((uint)injection, errorCode: injection >> 32);
            _hasPendingEvent = true;
        }

        return null;
    }

    /// <summary>Serves an exit of the guest's guest, if that is for the guest or about the composed tables; others are as the guest's own.</summary>
    private bool ServeGuestsGuest(BasicExitReason reason)
    {
        var qualification = _control.Read(ControlField.Qualification);
        if (reason == BasicExitReason.NestedViolation)
        {
            Count(ExitNames.NestedViolation);
            var isReflected = Nested.FillOrReflect(
                _control.Read(ControlField.GuestPhysicalAddress),
                qualification,
                _control.Read(ControlField.VectoredEvent),
                _control.Read(ControlField.VectoredErrorCode));
            UseTables();
            if (!isReflected)
            {
                InjectAgain();
            }

            return true;
        }

        if (Nested.TryReflect(reason, qualification))
        {
            Count(NameOf(reason));
            UseTables();
            return true;
        }

        return false;
    }

    private static string NameOf(BasicExitReason reason) => reason switch
    {
        BasicExitReason.PortAccess => ExitNames.PortAccess,
        BasicExitReason.Cpuid => ExitNames.Cpuid,
        BasicExitReason.Halt => ExitNames.Halt,
        BasicExitReason.VirtualMachineRun => ExitNames.VirtualMachineRun,
        _ => ExitNames.Other,
    };

    /// <summary>
    /// An event whose delivery met the violation is delivered by the next entry. Not one of INT: its instruction will execute again.
    /// </summary>
    private void InjectAgain()
    {
        var interrupted = new EventInformation(_control.Read(ControlField.VectoredEvent));
        if (interrupted.IsValid && interrupted.Type != EventType.Software)
        {
            Inject(interrupted.Value, interrupted.HasErrorCode ? _control.Read(ControlField.VectoredErrorCode) : 0);
            _hasPendingEvent = true;
            Reinjections++;
        }
    }

    /// <summary>Carries out the instruction at RIP with the guest's device models, in its own address space.</summary>
    private ProcessorExit? Emulate(string mnemonic)
    {
        Emulations.Count(mnemonic);
        while (true)
        {
            _processor.Controls = new ExitControls { NestedPageFault = true };
            var exit = _guest.RunOne(1);
            if (exit.Reason != ExitReason.NestedPageFault)
            {
                return exit.Reason == ExitReason.BudgetExhausted ? null : exit;
            }

            // A gate's stack, or the page-table entries on the way to it: the hypervisor's own walk finds no translation.
            var wasInside = Nested.IsInside;
            Fill(exit.Address, (exit.Qualification & ExitQualification.NestedWrite) != 0);
            if (wasInside != Nested.IsInside)
            {
                return null;
            }

            _processor.NestedCr3 = Nested.Paging.Root;
        }
    }

    /// <summary>The device is mapped for this one instruction: the next access exits again.</summary>
    private ProcessorExit? EmulateDeviceAccess(ulong address)
    {
        var messages = _guest.ApicMessages;
        var end = Emulate("device access");
        machine.Nested.Unmap(address);
        _pauses |= _guest.ApicMessages != messages;
        return end;
    }

    private void Count(string reason)
    {
        _exits++;
        Exits.Open(_processor.State.Rip, _processor.State.Cpl == 3);
        Exits.Count(reason);
        _guest.Clock.Charge(_processor.Costs.HardwareExit + _processor.Costs.HardwareEntry);
    }

    /// <summary>What the monitor read and wrote in the control structure since the last call.</summary>
    private void ChargeControlAccesses()
    {
        _guest.Clock.Charge(((ulong)(_control.Reads - _chargedReads) * _processor.Costs.ControlRead)
            + ((ulong)(_control.Writes - _chargedWrites) * _processor.Costs.ControlWrite));
        (_chargedReads, _chargedWrites) = (_control.Reads, _control.Writes);
    }
}
