using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// How handlers end. The rule they keep: whoever holds an instruction that is about to execute has taken its
/// <see cref="DecodedInstruction.Count"/> from the budget already.
/// </summary>
internal static unsafe class Step
{
    /// <summary>Address of <paramref name="op"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Address(CpuState* cpu, DecodedInstruction* op) => cpu->CodePage + op->Offset;

    /// <summary>Address of the instruction after <paramref name="op"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NextAddress(CpuState* cpu, DecodedInstruction* op) => cpu->CodePage + op->Offset + op->Length;

    /// <summary>The instruction did not happen: gives back what its block has not used and points RIP at it.</summary>
    public static DecodedInstruction* Abandon(CpuState* cpu, DecodedInstruction* op)
    {
        cpu->Budget += op->Count;
        cpu->Rip = Address(cpu, op);
        cpu->Stop.InstructionLength = op->Length;
        return null;
    }

    /// <summary>The instruction is done; the run loop must look before the next one.</summary>
    public static DecodedInstruction* Leave(CpuState* cpu, DecodedInstruction* op) =>
        LeaveTo(cpu, op, NextAddress(cpu, op));

    /// <summary>The instruction is done and execution goes on at <paramref name="rip"/>, after the run loop has looked.</summary>
    public static DecodedInstruction* LeaveTo(CpuState* cpu, DecodedInstruction* op, ulong rip)
    {
        cpu->Budget += op->Count - 1;
        cpu->Rip = rip;
        cpu->Stop.InstructionLength = op->Length;
        return null;
    }

    /// <summary>The instruction is done and the run ends.</summary>
    public static DecodedInstruction* Exit(CpuState* cpu, DecodedInstruction* op, ExitReason reason, byte vector = 0)
    {
        cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = reason, Vector = vector };
        return Leave(cpu, op);
    }

    /// <summary>The instruction exits instead of happening.</summary>
    public static DecodedInstruction* Intercept(CpuState* cpu, DecodedInstruction* op, ExitReason reason, ulong qualification = 0)
    {
        cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = reason, Qualification = qualification };
        return Abandon(cpu, op);
    }

    /// <summary>The instruction raises an exception instead of happening.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static DecodedInstruction* Fault(CpuState* cpu, DecodedInstruction* op, byte vector, uint errorCode = 0)
    {
        Raise(cpu, vector, errorCode);
        return Abandon(cpu, op);
    }

    /// <summary>#GP(0) at this instruction.</summary>
    public static DecodedInstruction* GeneralProtection(CpuState* cpu, DecodedInstruction* op) =>
        Fault(cpu, op, ExceptionVector.GeneralProtection);

    /// <summary>#UD at this instruction.</summary>
    public static DecodedInstruction* InvalidOpcode(CpuState* cpu, DecodedInstruction* op) =>
        Fault(cpu, op, ExceptionVector.InvalidOpcode);

    /// <summary>Notes an exception for the run loop.</summary>
    public static void Raise(CpuState* cpu, byte vector, uint errorCode, ulong address = 0) => cpu->Stop = new PendingStop
    {
        Kind = StopKind.Exception,
        Vector = vector,
        ErrorCode = errorCode,
        HasErrorCode = ((ExceptionVector.WithErrorCode >> vector) & 1) != 0,
        Address = address,
    };

    /// <summary>Goes on at an instruction of the same page, if the budget allows its whole block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DecodedInstruction* Enter(CpuState* cpu, DecodedInstruction* target)
    {
        long left = cpu->Budget - target->Count;
        if (left < 0)
        {
            cpu->Rip = Address(cpu, target);
            return null;
        }

        cpu->Budget = left;
        return target;
    }

    /// <summary>Goes on at a canonical <paramref name="rip"/>, the previous instruction being the last of its block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DecodedInstruction* JumpTo(CpuState* cpu, ulong rip)
    {
        int slot = SoftwareTlb.Slot(rip);
        ulong linearPage = rip & SoftwareTlb.PageMask;
        if (cpu->FetchTags[slot] == (linearPage | cpu->TlbKey))
        {
            uint entry = ((CodePage*)cpu->FetchPages[slot])->Entries[(int)(rip & ~SoftwareTlb.PageMask)];
            if (entry != 0)
            {
                cpu->CodePage = linearPage;
                return Enter(cpu, (DecodedInstruction*)cpu->Instructions + entry);
            }
        }

        cpu->Rip = rip;
        return null;
    }

    /// <summary>Takes a direct branch, remembering where it leads if that is inside the page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DecodedInstruction* Branch(CpuState* cpu, DecodedInstruction* op)
    {
        DecodedInstruction* target = op->Taken;
        return target != null ? Enter(cpu, target) : BranchSlowly(cpu, op, op->Immediate, &op->Taken);
    }

    /// <summary>Goes on after a branch that is not taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DecodedInstruction* FallThrough(CpuState* cpu, DecodedInstruction* op)
    {
        DecodedInstruction* target = op->NotTaken;
        return target != null
            ? Enter(cpu, target)
            : BranchSlowly(cpu, op, (ulong)op->Offset + op->Length, &op->NotTaken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DecodedInstruction* BranchSlowly(
        CpuState* cpu, DecodedInstruction* op, ulong distance, DecodedInstruction** link)
    {
        ulong rip = cpu->CodePage + distance;
        if (distance < CodePage.Offsets)
        {
            int slot = SoftwareTlb.Slot(rip);
            if (cpu->FetchTags[slot] == (cpu->CodePage | cpu->TlbKey))
            {
                uint entry = ((CodePage*)cpu->FetchPages[slot])->Entries[(int)distance];
                if (entry != 0)
                {
                    *link = (DecodedInstruction*)cpu->Instructions + entry;
                    return Enter(cpu, *link);
                }
            }

            cpu->Rip = rip;
            return null;
        }

        if (!Mmu.LinearAddress.IsCanonical(rip))
        {
            // The branch is the last of its block: count 1.
            return GeneralProtection(cpu, op);
        }

        return JumpTo(cpu, rip);
    }
}
