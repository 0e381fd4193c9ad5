using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>
/// Transfers of control. Direct ones become ways out of the unit, indirect ones look for their target in a table that only the monitor and
/// its code reach; return addresses on the guest's stack are always the guest's own.
/// </summary>
internal static class ControlFlowTemplates
{
    /// <summary>Writes the template of a transfer; false, with nothing written, if the monitor has to simulate it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="next">Guest address of the one that follows.</param>
    public static bool TryWrite(UnitWriter writer, in Instruction instruction, ulong next)
    {
        if (IsDirect(in instruction) && !IsCanonical(instruction.NearBranch64))
        {
            return false;
        }

        switch (instruction.Code)
        {
            case Code.Jmp_rel8_64 or Code.Jmp_rel32_64:
                writer.Exit(instruction.NearBranch64);
                return true;
            case Code.Call_rel32_64:
                Push(writer, next);
                writer.Begin(instruction.NearBranch64);
                writer.Exit(instruction.NearBranch64);
                return true;
            case Code.Jmp_rm64 or Code.Call_rm64 when HasOwnOperand(in instruction):
                WriteIndirect(writer, in instruction, next);
                return true;
            case Code.Retnq or Code.Retnq_imm16:
                WriteReturn(writer, instruction.Code == Code.Retnq ? 0 : instruction.Immediate16);
                return true;
            default:
                return TryWriteConditional(writer, in instruction, next);
        }
    }

    private static bool IsDirect(in Instruction instruction) => instruction.OpCount > 0 && instruction.Op0Kind == OpKind.NearBranch64;

    /// <summary>Bits 47 to 63 are equal. A branch that leads elsewhere faults by itself, before the fetch could.</summary>
    private static bool IsCanonical(ulong address) => (ulong)((long)(address << 16) >> 16) == address;

    private static bool TryWriteConditional(UnitWriter writer, in Instruction instruction, ulong next)
    {
        if (instruction.IsJccShortOrNear && instruction.Op0Kind == OpKind.NearBranch64)
        {
            writer.Exit(instruction.ConditionCode.ToJump(), instruction.NearBranch64, next);
            return true;
        }

        var isCounted = instruction.Code is Code.Jrcxz_rel8_64 or Code.Jecxz_rel8_64 or Code.Loop_rel8_64_RCX or Code.Loope_rel8_64_RCX
            or Code.Loopne_rel8_64_RCX;
        if (isCounted)
        {
            var target = instruction.NearBranch64;
            writer.SkipIf(instruction.Code, () =>
            {
                writer.Begin(next);
                writer.Exit(next);
            });
            writer.Begin(target);
            writer.Exit(target);
        }

        return isCounted;
    }

    private static bool HasOwnOperand(in Instruction instruction) => instruction.Op0Kind == OpKind.Register
        || (instruction.MemorySegment != Register.GS && instruction.MemoryBase != Register.EIP);

    private static void WriteIndirect(UnitWriter writer, in Instruction instruction, ulong next)
    {
        writer.Spill(Register.RAX);
        writer.Spill(Register.RCX);
        WriteLoad(writer, in instruction);
        WriteLookup(writer);
        if (instruction.Code == Code.Call_rm64)
        {
            Push(writer, next);
        }

        Jump(writer);
    }

    private static void WriteReturn(UnitWriter writer, int extra)
    {
        writer.Spill(Register.RAX);
        writer.Spill(Register.RCX);
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RCX, new MemoryOperand(Register.RSP)));
        WriteLookup(writer);
        writer.Write(Instruction.Create(Code.Lea_r64_m, Register.RSP, new MemoryOperand(Register.RSP, 8 + extra, 8)));
        Jump(writer);
    }

    /// <summary>
    /// Looks up the guest address in RCX and puts the cache address where <see cref="Jump"/> finds it, or calls the monitor. Nothing of the
    /// instruction has happened yet, and both registers are given back.
    /// </summary>
    private static void WriteLookup(UnitWriter writer)
    {
        TemplateCode.Store(writer, MonitorSlots.Target, Register.RCX);
        writer.Write(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, Register.CX));
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, UnitWriter.Slot(MonitorSlots.IndirectTags, Register.RAX)));
        TemplateCode.Add(writer, Register.RCX, Register.RAX);
        writer.SkipIf(Code.Jrcxz_rel8_64, () =>
        {
            writer.Restore();
            writer.Restore();
            writer.CallOut(CallOut.IndirectMiss);
        });
        writer.Write(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, UnitWriter.Slot(MonitorSlots.Target)));
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, UnitWriter.Slot(MonitorSlots.IndirectTargets, Register.RAX)));
        TemplateCode.Store(writer, MonitorSlots.Jump, Register.RAX);
        TemplateCode.Increment(writer, Register.RAX, MonitorSlots.IndirectHits);
        writer.Restore();
        writer.Restore();
    }

    private static void Jump(UnitWriter writer)
    {
        writer.Commit();
        writer.Write(Instruction.Create(Code.Jmp_rm64, UnitWriter.Slot(MonitorSlots.Jump)));
    }

    /// <summary>Pushes a constant; only the first instruction can fault.</summary>
    private static void Push(UnitWriter writer, ulong value)
    {
        writer.Write(Instruction.Create(Code.Pushq_imm32, (int)value));
        writer.Commit();
        if ((ulong)(int)value != value)
        {
            writer.Write(Instruction.Create(Code.Mov_rm32_imm32, new MemoryOperand(Register.RSP, 4, 8), (uint)(value >> 32)));
        }
    }

    /// <summary>Loads the operand, which may be made of the registers that were spilled, into RCX.</summary>
    private static void WriteLoad(UnitWriter writer, in Instruction instruction)
    {
        if (instruction.Op0Kind == OpKind.Register)
        {
            writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RCX, instruction.Op0Register));
            return;
        }

        var load = Instruction.Create(Code.Mov_r64_rm64, Register.RCX, new MemoryOperand(
            instruction.MemoryBase, instruction.MemoryIndex, instruction.MemoryIndexScale, (long)instruction.MemoryDisplacement64,
            instruction.MemoryDisplSize, false, instruction.SegmentPrefix));
        if (!writer.TryWrite(in load))
        {
            writer.Write(Instruction.Create(Code.Mov_r64_imm64, Register.RCX, instruction.IPRelativeMemoryAddress));
            writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RCX, new MemoryOperand(
                Register.RCX, Register.None, 1, 0, 0, false, instruction.SegmentPrefix)));
        }
    }

    private static Code ToJump(this ConditionCode condition) => condition switch
    {
        ConditionCode.o => Code.Jo_rel32_64,
        ConditionCode.no => Code.Jno_rel32_64,
        ConditionCode.b => Code.Jb_rel32_64,
        ConditionCode.ae => Code.Jae_rel32_64,
        ConditionCode.e => Code.Je_rel32_64,
        ConditionCode.ne => Code.Jne_rel32_64,
        ConditionCode.be => Code.Jbe_rel32_64,
        ConditionCode.a => Code.Ja_rel32_64,
        ConditionCode.s => Code.Js_rel32_64,
        ConditionCode.ns => Code.Jns_rel32_64,
        ConditionCode.p => Code.Jp_rel32_64,
        ConditionCode.np => Code.Jnp_rel32_64,
        ConditionCode.l => Code.Jl_rel32_64,
        ConditionCode.ge => Code.Jge_rel32_64,
        ConditionCode.le => Code.Jle_rel32_64,
        _ => Code.Jg_rel32_64,
    };
}
