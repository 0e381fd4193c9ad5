using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu;

// Non-root mode. Intel SDM vol. 3C, "VM Entries" and "VM Exits".
public sealed unsafe partial class Processor
{
    /// <summary>Stands for the vector of an interrupt where exceptions are told apart: no exception has it.</summary>
    private const byte ExternalVector = 32;

    /// <summary>Whether guests are told that they can have guests of their own: CPUID says so, EFER.SVME can be set, and VMRUN exits.</summary>
    public bool OffersVirtualization { get; set; }

    /// <summary>
    /// Enters non-root mode with the processor's registers as they are, delivers the injected event, runs at most as many instructions, and
    /// notes in the control structure why it left. An entry that cannot be made says so and changes nothing of the guest.
    /// </summary>
    /// <param name="control">The controls; takes the exit information.</param>
    /// <param name="instructions">Retires at most this many; a delivery counts as one.</param>
    /// <returns>The exit, with what the control structure cannot hold.</returns>
    public ProcessorExit Enter(VirtualMachineControl control, long instructions)
    {
        ArgumentNullException.ThrowIfNull(control);
        var injected = new EventInformation(control[ControlField.InjectedEvent]);
        ProcessorExit exit = new(ExitReason.InvalidGuestState);
        _vectored = default;
        if (CanEnter(control, injected))
        {
            Controls = ControlsOf(control);
            UseNestedTable(control[ControlField.NestedTable]);
            control[ControlField.InjectedEvent] = 0;
            exit = injected.IsValid && !TryInject(injected, (uint)control[ControlField.InjectedErrorCode], out ProcessorExit failure)
                ? failure
                : Run(instructions - (injected.IsValid ? 1 : 0));
        }

        NoteExit(control, in exit);
        return exit;
    }

    /// <summary>Intel SDM vol. 3C, "Checks on Guest Non-Register State": an interrupt cannot be injected where it could not be delivered.</summary>
    private bool CanEnter(VirtualMachineControl control, EventInformation injected)
    {
        ulong table = control[ControlField.NestedTable];
        bool isTablePossible = (table & ~PageTableEntry.AddressMask) == 0 && (table == 0 || Memory.Contains(table, PhysicalMemory.FrameBytes));
        bool isEventPossible = !injected.IsValid || injected.Type switch
        {
            EventType.External => (_cpu->SystemFlags & Flags.Interrupt) != 0 && !_cpu->InterruptShadow,
            EventType.Exception => injected.Vector < 32
                && injected.HasErrorCode == (((ExceptionVector.WithErrorCode >> injected.Vector) & 1) != 0),
            _ => false,
        };
        return isTablePossible && isEventPossible && (IsStarting || (_cpu->Cr0 & Cpu.Cr0.Paging) != 0 && (_cpu->Efer & Efer.LongModeActive) != 0);
    }

    private static ExitControls ControlsOf(VirtualMachineControl control)
    {
        var intercepts = (Intercepts)control[ControlField.Intercepts];
        return new ExitControls
        {
            Exceptions = (uint)control[ControlField.ExceptionBitmap],
            Halt = (intercepts & Intercepts.Halt) != 0,
            PortAccess = (intercepts & Intercepts.PortAccess) != 0,
            NestedPageFault = true,
            Intercepts = intercepts,
            ControlRegisterReads = (ushort)control[ControlField.ControlRegisterReads],
            ControlRegisterWrites = (ushort)control[ControlField.ControlRegisterWrites],
        };
    }

    private void UseNestedTable(ulong table)
    {
        if (NestedCr3 != table)
        {
            NestedCr3 = table;
        }
    }

    /// <summary>The event whose delivery the last run's exit interrupted; not valid if there was none.</summary>
    public EventInformation InterruptedEvent => _vectored.Event;

    /// <summary>Delivers an event as an entry with an injection does; false if that ended in an exit.</summary>
    /// <param name="injected">The event.</param>
    /// <param name="errorCode">Its error code, if it has one.</param>
    /// <param name="exit">The exit.</param>
    public bool TryInject(EventInformation injected, uint errorCode, out ProcessorExit exit)
    {
        exit = default;
        _cpu->Stop = default;
        if (Deliver(injected.Vector, injected.HasErrorCode, errorCode, injected.Type))
        {
            return true;
        }

        // A fault on the way counts by the exception that it met; vectors of interrupts make no double fault.
        PendingStop stop = _cpu->Stop;
        bool isHandled = stop.Kind == StopKind.Exception && !Exits(stop.Vector)
            && DeliverNested(new PendingStop { Vector = injected.Type == EventType.External ? ExternalVector : injected.Vector, ErrorCode = errorCode });
        exit = isHandled ? default : ExitOf(_cpu->Stop);
        return isHandled;
    }

    private void NoteExit(VirtualMachineControl control, in ProcessorExit exit)
    {
        control[ControlField.ExitReason] = (ulong)BasicReason(exit.Reason);
        control[ControlField.Qualification] = exit.Reason == ExitReason.Exception && exit.Vector == ExceptionVector.PageFault
            ? exit.Address
            : exit.Qualification;
        control[ControlField.GuestPhysicalAddress] = exit.Reason == ExitReason.NestedPageFault ? exit.Address : 0;
        control[ControlField.GuestLinearAddress] = exit.LinearAddress;
        control[ControlField.InstructionLength] = exit.InstructionLength;
        control[ControlField.ExitEvent] = exit.Reason == ExitReason.Exception
            ? new EventInformation(EventType.Exception, exit.Vector, exit.HasErrorCode).Value
            : 0;
        control[ControlField.ExitErrorCode] = exit.Reason == ExitReason.Exception ? exit.ErrorCode : 0;
        bool interrupted = exit.Reason is ExitReason.NestedPageFault or ExitReason.Exception;
        control[ControlField.VectoredEvent] = interrupted ? _vectored.Event.Value : 0;
        control[ControlField.VectoredErrorCode] = interrupted ? _vectored.ErrorCode : 0;
    }

    private static BasicExitReason BasicReason(ExitReason reason) => reason switch
    {
        ExitReason.Exception => BasicExitReason.Exception,
        ExitReason.Shutdown => BasicExitReason.TripleFault,
        ExitReason.InterruptWindow => BasicExitReason.InterruptWindow,
        ExitReason.Cpuid => BasicExitReason.Cpuid,
        ExitReason.Halt => BasicExitReason.Halt,
        ExitReason.PageInvalidation => BasicExitReason.PageInvalidation,
        ExitReason.TimeStamp => BasicExitReason.TimeStamp,
        ExitReason.ControlRegister => BasicExitReason.ControlRegister,
        ExitReason.PortAccess => BasicExitReason.PortAccess,
        ExitReason.VirtualMachineRun => BasicExitReason.VirtualMachineRun,
        ExitReason.ReadModelSpecific => BasicExitReason.ReadModelSpecific,
        ExitReason.WriteModelSpecific => BasicExitReason.WriteModelSpecific,
        ExitReason.InvalidGuestState => BasicExitReason.InvalidGuestState,
        ExitReason.NestedPageFault => BasicExitReason.NestedViolation,
        ExitReason.BudgetExhausted => BasicExitReason.PreemptionTimer,
        _ => BasicExitReason.Unimplemented,
    };

    private static ulong NestedQualification(in PageWalk walk) =>
        ExitQualification.NestedLinearKnown
        | ((walk.ErrorCode & PageFaultErrorCode.Write) != 0 ? ExitQualification.NestedWrite
            : (walk.ErrorCode & PageFaultErrorCode.InstructionFetch) != 0 ? ExitQualification.NestedFetch
            : ExitQualification.NestedRead)
        | ((walk.ErrorCode & PageFaultErrorCode.Protection) != 0 ? ExitQualification.NestedPresent : 0)
        | (walk.NestedFaultIsFinal ? ExitQualification.NestedFinal : 0);
}
