using ParaKit.Hardware.Mmu;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu;

// Events through the IDT. Intel SDM vol. 3A, "Interrupt and Exception Handling in 64-bit Mode".
public sealed unsafe partial class Processor
{
    private const int GateBytes = 16;
    private const int InterruptGate = 14;
    private const int TrapGate = 15;
    private const uint ExternalEvent = 1;
    private const uint InIdt = 2;

    /// <summary>Hears of each delivery; null for nobody.</summary>
    public IDeliveryObserver? DeliveryObserver { get; set; }

    /// <summary>#DE, #TS, #NP, #SS and #GP: two of them in a row make a double fault.</summary>
    private const uint Contributory = (1u << ExceptionVector.DivideError) | (1u << ExceptionVector.InvalidTss)
        | (1u << ExceptionVector.SegmentNotPresent) | (1u << ExceptionVector.StackFault)
        | (1u << ExceptionVector.GeneralProtection);

    /// <summary>The event that is being delivered and its error code, for exits on the way.</summary>
    private (EventInformation Event, uint ErrorCode) _vectored;

    /// <summary>
    /// Delivers an exception through the guest's IDT as if the instruction at RIP had raised it. A fault on the way becomes
    /// a double fault. For a page fault the host sets CR2 first.
    /// </summary>
    /// <returns>False if that ended in a triple fault.</returns>
    public bool DeliverException(byte vector, uint? errorCode = null)
    {
        bool hasCode = errorCode.HasValue || ((ExceptionVector.WithErrorCode >> (vector & 31)) & 1) != 0;
        return Deliver(vector, hasCode, errorCode.GetValueOrDefault(), EventType.Exception)
            || DeliverNested(new PendingStop { Vector = vector, ErrorCode = errorCode.GetValueOrDefault(), Address = vector == ExceptionVector.PageFault ? _cpu->Cr2 : 0 });
    }

    /// <summary>Delivers an external interrupt through the guest's IDT; RFLAGS.IF is not looked at.</summary>
    /// <returns>False if that ended in a triple fault.</returns>
    public bool DeliverInterrupt(byte vector) =>
        Deliver(vector, false, 0, EventType.External) || DeliverNested(new PendingStop { Vector = ExternalVector });

    /// <summary>INT n and INT3 at <paramref name="op"/>: the handler returns to the next instruction.</summary>
    internal DecodedInstruction* DeliverSoftware(DecodedInstruction* op, byte vector)
    {
        ulong rip = _cpu->Rip;
        _cpu->Rip = Step.NextAddress(_cpu, op);
        if (Deliver(vector, false, 0, EventType.Software))
        {
            return Step.LeaveTo(_cpu, op, _cpu->Rip);
        }

        _cpu->Rip = rip;
        return Step.Abandon(_cpu, op);
    }

    /// <summary>Delivers an interrupt that was acknowledged; a fault met on the way is left in Stop for the run loop.</summary>
    private void DeliverExternal(byte vector)
    {
        SpendOne();
        Deliver(vector, false, 0, EventType.External);
    }

    /// <summary>Delivers a fault noted by a handler; false if the run ends with what is in Stop.</summary>
    private bool DeliverFault(in PendingStop fault)
    {
        SpendOne();
        if (fault.Vector == ExceptionVector.PageFault)
        {
            _cpu->Cr2 = fault.Address;
        }

        return Deliver(fault.Vector, fault.HasErrorCode, fault.ErrorCode, EventType.Exception)
            || DeliverNested(fault);
    }

    /// <summary>Deliveries are paid from the budget without being retired instructions.</summary>
    private void SpendOne()
    {
        _cpu->Budget--;
        _chargedBudget--;
    }

    /// <summary>Continues after delivery of <paramref name="first"/> met the fault in Stop.</summary>
    private bool DeliverNested(PendingStop first)
    {
        byte vector = first.Vector;
        while (true)
        {
            PendingStop second = _cpu->Stop;
            if (second.Kind != StopKind.Exception)
            {
                return false;
            }

            if (vector == ExceptionVector.DoubleFault)
            {
                _cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = ExitReason.Shutdown };
                _message = $"triple fault at RIP {_cpu->Rip:x}: {Describe(first)} has no handler that can be reached, and a double fault has none: {Describe(second)}";
                return false;
            }

            if (MakesDoubleFault(vector, second.Vector))
            {
                Step.Raise(_cpu, ExceptionVector.DoubleFault, 0);
                second = _cpu->Stop;
            }

            if (Exits(second.Vector))
            {
                return false;
            }

            if (second.Vector == ExceptionVector.PageFault)
            {
                _cpu->Cr2 = second.Address;
            }

            if (Deliver(second.Vector, second.HasErrorCode, second.ErrorCode, EventType.Exception))
            {
                return true;
            }

            vector = second.Vector;
        }
    }

    private static string Describe(in PendingStop fault) => fault.Vector switch
    {
        ExceptionVector.PageFault => $"vector 14 (error code {fault.ErrorCode:x}, address {fault.Address:x})",
        >= ExternalVector => "an interrupt",
        _ => $"vector {fault.Vector} (error code {fault.ErrorCode:x})",
    };

    private static bool MakesDoubleFault(byte first, byte second)
    {
        bool secondContributes = ((Contributory >> second) & 1) != 0;
        return first switch
        {
            ExceptionVector.PageFault => secondContributes || second == ExceptionVector.PageFault,
            < 32 => ((Contributory >> first) & 1) != 0 && secondContributes,
            _ => false,
        };
    }

    /// <summary>One delivery; false after noting a fault in Stop, with registers unchanged.</summary>
    private bool Deliver(byte vector, bool hasErrorCode, uint errorCode, EventType kind)
    {
        _vectored = (new EventInformation(kind, vector, hasErrorCode), errorCode);
        uint external = kind == EventType.Software ? 0 : ExternalEvent;
        uint idtCode = ((uint)vector * 8) | InIdt | external;
        if (((uint)vector * GateBytes) + GateBytes - 1 > _cpu->Idtr.Limit)
        {
            return Refuse(ExceptionVector.GeneralProtection, idtCode);
        }

        ulong gateAddress = _cpu->Idtr.Base + ((ulong)vector * GateBytes);
        if (!TrySystemRead(gateAddress, out ulong low) || !TrySystemRead(gateAddress + sizeof(ulong), out ulong high))
        {
            return false;
        }

        var gate = new InterruptGateDescriptor(low, high);
        if (gate.Type is not (InterruptGate or TrapGate) || (kind == EventType.Software && gate.Dpl < _cpu->Cpl))
        {
            return Refuse(ExceptionVector.GeneralProtection, idtCode);
        }

        if (!gate.IsPresent)
        {
            return Refuse(ExceptionVector.SegmentNotPresent, idtCode);
        }

        return TryLoadHandlerCode(gate.Selector, external, out SegmentRegister code)
            && EnterHandler(in gate, code, hasErrorCode, errorCode, kind, vector, external);
    }

    private bool TryLoadHandlerCode(ushort selector, uint external, out SegmentRegister code)
    {
        code = default;
        uint selectorCode = ((uint)selector & ~3u) | external;
        if ((selector & ~3) == 0)
        {
            return Refuse(ExceptionVector.GeneralProtection, external);
        }

        if (!TryReadDescriptor(selector, selectorCode, ExceptionVector.GeneralProtection, out ulong descriptor))
        {
            return false;
        }

        code = Segmentation.FromDescriptor(selector, descriptor);
        bool is64BitCode = (code.Attributes & (SegmentAttributes.CodeOrData | SegmentAttributes.Code | SegmentAttributes.Long
            | SegmentAttributes.DefaultBig))
            == (SegmentAttributes.CodeOrData | SegmentAttributes.Code | SegmentAttributes.Long);
        if (!is64BitCode || code.Dpl > _cpu->Cpl)
        {
            return Refuse(ExceptionVector.GeneralProtection, selectorCode);
        }

        return (code.Attributes & SegmentAttributes.Present) != 0
            || Refuse(ExceptionVector.SegmentNotPresent, selectorCode);
    }

    private bool EnterHandler(
        in InterruptGateDescriptor gate, SegmentRegister code, bool hasErrorCode, uint errorCode,
        EventType kind, byte vector, uint external)
    {
        bool conforming = (code.Attributes & SegmentAttributes.ExpandDownOrConforming) != 0;
        byte cpl = conforming ? _cpu->Cpl : (byte)code.Dpl;
        bool changesStack = cpl != _cpu->Cpl;
        ulong stack = _cpu->Registers[GeneralRegister.Rsp];
        if ((gate.InterruptStack != 0 || changesStack)
            && !TryReadTssStack(gate.InterruptStack != 0 ? 3 + gate.InterruptStack : cpl, external, out stack))
        {
            return false;
        }

        // The pushed image has RF set for faults, so that the instruction is not trapped again.
        bool isFault = kind == EventType.Exception
            && vector is not (ExceptionVector.Debug or ExceptionVector.Breakpoint or ExceptionVector.Overflow);
        ulong* frame = stackalloc ulong[6];
        int size = 0;
        frame[size++] = _cpu->Ss.Selector;
        frame[size++] = _cpu->Registers[GeneralRegister.Rsp];
        frame[size++] = _cpu->Rflags | (isFault ? Flags.Resume : 0);
        frame[size++] = _cpu->Cs.Selector;
        frame[size++] = _cpu->Rip;
        if (hasErrorCode)
        {
            frame[size++] = errorCode;
        }

        stack &= ~0xful;
        if (!TryPushFrame(frame, size, ref stack, cpl, external))
        {
            return false;
        }

        if (changesStack)
        {
            _cpu->Ss = Segmentation.NullStack(cpl);
        }

        code.Selector = (ushort)((code.Selector & ~3) | cpl);
        _cpu->Cs = code;
        _cpu->Cpl = cpl;
        _cpu->Registers[GeneralRegister.Rsp] = stack;
        _cpu->Rip = gate.Offset;
        _cpu->SystemFlags &= ~(Flags.Trap | Flags.NestedTask | Flags.Resume
            | (gate.Type == InterruptGate ? Flags.Interrupt : 0));
        _cpu->InterruptShadow = false;
        CountDelivery(kind, vector);
        return true;
    }

    private bool TryPushFrame(ulong* frame, int size, ref ulong stack, byte cpl, uint external)
    {
        bool user = cpl == 3;
        for (int i = 0; i < size; i++)
        {
            stack -= sizeof(ulong);
            if (!LinearAddress.IsCanonical(stack))
            {
                return Refuse(ExceptionVector.StackFault, external);
            }

            // Aligned to eight bytes, so it cannot cross a page.
            byte* place = user
                ? Resolve(stack, sizeof(ulong), AccessKind.Write, user: true)
                : SystemAccess(stack, sizeof(ulong), AccessKind.Write);
            if (place == null)
            {
                return false;
            }

            *(ulong*)place = frame[i];
        }

        return true;
    }

    private bool TryReadTssStack(int slot, uint external, out ulong stack)
    {
        // RSP0 is at byte 4; IST1 at byte 36, which is slot 4 counted in quadwords from RSP0.
        uint offset = 4 + ((uint)slot * sizeof(ulong));
        stack = 0;
        if (offset + sizeof(ulong) - 1 > _cpu->Tr.Limit)
        {
            return Refuse(ExceptionVector.InvalidTss, ((uint)_cpu->Tr.Selector & ~3u) | external);
        }

        return TrySystemRead(_cpu->Tr.Base + offset, out stack);
    }

    private void CountDelivery(EventType kind, byte vector)
    {
        _vectored = default;
        Clock.Charge(Costs.ExceptionDelivery);
        if (kind == EventType.Exception)
        {
            Counters.CountException(vector);
        }
        else
        {
            Counters.InterruptsDelivered++;
        }

        DeliveryObserver?.OnDelivery(kind, vector, _cpu->Rip);
    }

    /// <summary>Notes a fault met on the way; always false.</summary>
    private bool Refuse(byte vector, uint errorCode)
    {
        Step.Raise(_cpu, vector, errorCode);
        return false;
    }
}
