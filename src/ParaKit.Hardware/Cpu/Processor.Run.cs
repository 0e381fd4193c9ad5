using Iced.Intel;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu;

// The run loop: fetch, execute, exit.
public sealed unsafe partial class Processor
{
    private const int DebugStatus = 6;

    /// <summary>DR6.BS</summary>
    private const ulong SingleStepped = 1 << 14;

    private string? _message;

    /// <summary>Budget up to which retired instructions have been charged to clock and counters.</summary>
    private long _chargedBudget;

    /// <summary>Budget that is put aside so that the block in progress is the last before the loop looks again.</summary>
    private long _heldBudget;

    /// <summary>A port or a device was accessed in the last run: devices may have moved a deadline or want to end the run.</summary>
    internal bool PortsTouched { get; private set; }

    /// <summary>
    /// Retires at most <paramref name="instructions"/> instructions and returns why it stopped. Devices other than ports and
    /// the interrupt pin do not move meanwhile. A delivery of an exception uses up one instruction of the budget, so that a
    /// guest which only faults cannot run for ever.
    /// </summary>
    public ProcessorExit Run(long instructions) => Run(instructions, stopAfterPorts: false, out _);

    /// <summary>As <see cref="Run(long)"/>; with <paramref name="stopAfterPorts"/> also returns (budget exhausted) after a port access.</summary>
    internal ProcessorExit Run(long instructions, bool stopAfterPorts, out long left)
    {
        _cpu->Budget = _chargedBudget = Math.Max(instructions, 0);
        _cpu->Instructions = (nint)_code.Instructions;
        PortsTouched = false;
        _vectored = default;
        if (_startup is { } startup && !TryFinishStartup(startup, out ProcessorExit exit))
        {
            left = _cpu->Budget;
            Synchronize();
            return exit;
        }

        while (true)
        {
            if (_cpu->Budget <= 0 || (stopAfterPorts && PortsTouched))
            {
                exit = new ProcessorExit(ExitReason.BudgetExhausted);
                break;
            }

            _cpu->Stop = default;
            Advance();
            if (_heldBudget != 0)
            {
                ReleaseBudget();
            }

            if (_cpu->Stop.Kind != StopKind.Redispatch && TryLeave(out exit))
            {
                break;
            }
        }

        left = _cpu->Budget;
        Synchronize();
        return exit;
    }

    /// <summary>Makes the loop look again after the block in progress, whatever blocks it is linked to.</summary>
    private void HoldBudget()
    {
        _heldBudget += _cpu->Budget;
        _chargedBudget -= _cpu->Budget;
        _cpu->Budget = 0;
    }

    private void ReleaseBudget()
    {
        _cpu->Budget += _heldBudget;
        _chargedBudget += _heldBudget;
        _heldBudget = 0;
    }

    /// <summary>Charges the instructions retired since the last call to the clock.</summary>
    internal void Synchronize()
    {
        long retired = _chargedBudget - _cpu->Budget;
        _chargedBudget = _cpu->Budget;
        Counters.Instructions += retired;
        Clock.Charge((ulong)retired * Costs.Instruction);
    }

    /// <summary>Virtual cycles at the instruction <paramref name="op"/>, which has not retired yet.</summary>
    internal ulong CyclesAt(DecodedInstruction* op)
    {
        _cpu->Budget += op->Count;
        Synchronize();
        _cpu->Budget -= op->Count;
        // What the block took in advance is not retired yet.
        return Clock.Cycles;
    }

    /// <summary>Runs until a handler returns to the loop.</summary>
    private void Advance()
    {
        bool shadow = _cpu->InterruptShadow;
        if (!shadow && (_cpu->SystemFlags & Flags.Interrupt) != 0)
        {
            if ((Controls.Intercepts & Intercepts.InterruptWindow) != 0)
            {
                _cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = ExitReason.InterruptWindow };
                return;
            }

            if (Interrupts is { IsRequested: true } source)
            {
                DeliverExternal(source.Acknowledge());
                return;
            }
        }

        DecodedInstruction* op = Fetch();
        if (op == null)
        {
            return;
        }

        bool trap = (_cpu->SystemFlags & Flags.Trap) != 0;
        if (shadow || trap || _cpu->Budget < op->Count)
        {
            StepOne(op, shadow, trap);
            return;
        }

        _cpu->Budget -= op->Count;
        do
        {
            op = op->Execute(_cpu, op);
        }
        while (op != null);
    }

    /// <summary>Executes one instruction (with its pseudo-instructions), keeping RIP and budget exact.</summary>
    private void StepOne(DecodedInstruction* op, bool shadow, bool trap)
    {
        bool pseudo;
        do
        {
            pseudo = (op->Flags & DecodedFlags.Pseudo) != 0;
            _cpu->Budget -= op->Count;
            DecodedInstruction* next = op->Execute(_cpu, op);
            if (next == null)
            {
                break;
            }

            _cpu->Budget += next->Count;
            _cpu->Rip = Step.Address(_cpu, next);
            op = next;
        }
        while (pseudo && _cpu->Budget > 0);

        if (_cpu->Stop.Kind == StopKind.Exception)
        {
            return;
        }

        // STI and MOV SS set the shadow anew; one instruction later it is over.
        _cpu->InterruptShadow &= !shadow;
        if (trap && !pseudo && _cpu->Stop.Kind == StopKind.Redispatch)
        {
            _cpu->DebugRegisters[DebugStatus] |= SingleStepped;
            Step.Raise(_cpu, ExceptionVector.Debug, 0);
        }
    }

    /// <summary>Handles what a handler left behind; true if the run ends with <paramref name="exit"/>.</summary>
    private bool TryLeave(out ProcessorExit exit)
    {
        PendingStop stop = _cpu->Stop;
        if (stop.Kind == StopKind.Exception && !Exits(stop.Vector))
        {
            if (DeliverFault(stop))
            {
                exit = default;
                return false;
            }

            stop = _cpu->Stop;
        }

        exit = ExitOf(in stop);
        return true;
    }

    private ProcessorExit ExitOf(in PendingStop stop) =>
        new(stop.Kind == StopKind.Exception ? ExitReason.Exception : stop.Reason)
        {
            Vector = stop.Vector,
            ErrorCode = stop.ErrorCode,
            HasErrorCode = stop.HasErrorCode,
            Address = stop.Address,
            LinearAddress = stop.LinearAddress,
            Qualification = stop.Qualification,
            InstructionLength = stop.InstructionLength,
            Message = stop.Kind == StopKind.Exit ? TakeMessage(stop) : null,
        };

    private bool Exits(byte vector) => vector < 32 && ((Controls.Exceptions >> vector) & 1) != 0;

    private string? TakeMessage(in PendingStop stop)
    {
        string? message = _message;
        _message = null;
        return message ?? (stop.Reason == ExitReason.Unimplemented ? DescribeInstruction() : null);
    }

    /// <summary>RIP, bytes and text of the instruction at RIP.</summary>
    private string DescribeInstruction()
    {
        byte[] bytes = new byte[BlockDecoder.MaximumInstructionBytes];
        int length = 0;
        for (; length < bytes.Length; length++)
        {
            if (!TryTranslate(_cpu->Rip + (uint)length, Mmu.AccessKind.Execute, _cpu->Cpl == 3, out ulong physical, out _)
                || !Memory.Contains(physical, 1))
            {
                break;
            }

            bytes[length] = Memory.Read<byte>(physical);
        }

        var decoder = Decoder.Create(64, new ByteArrayCodeReader(bytes, 0, length), _cpu->Rip);
        decoder.Decode(out Instruction instruction);
        string hex = Convert.ToHexString(bytes, 0, Math.Min(length, Math.Max(instruction.Length, 1)));
        return $"{_cpu->Rip:x16}: {hex} {instruction} ({instruction.Code})";
    }
}
