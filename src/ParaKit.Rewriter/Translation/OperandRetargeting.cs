using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>
/// Memory operands that mean something else in the cache than in the guest's code: those relative to RIP, and those through GS, whose base is
/// the monitor's.
/// </summary>
internal static class OperandRetargeting
{
    private static readonly Register[] s_candidates =
        [Register.RAX, Register.RCX, Register.RDX, Register.RBX, Register.RSI, Register.RDI, Register.R8, Register.R9, Register.R10, Register.R11];

    /// <summary>Whether an instruction has such an operand.</summary>
    public static bool IsNeeded(in Instruction instruction) => instruction.IsIPRelativeMemoryOperand || IsThroughGs(in instruction);

    /// <summary>Writes an instruction with its operand as it has to be; false, with nothing written, if the monitor has to simulate it.</summary>
    public static bool TryWrite(UnitWriter writer, in Instruction instruction)
    {
        if (IsThroughGs(in instruction))
        {
            return TryWriteThroughGs(writer, in instruction);
        }

        return writer.TryWrite(in instruction) || TryWriteFar(writer, in instruction);
    }

    private static bool IsThroughGs(in Instruction instruction) =>
        HasMemory(in instruction) && instruction.Mnemonic != Mnemonic.Lea && instruction.MemorySegment == Register.GS;

    /// <summary>The target of the operand is too far from the cache.</summary>
    private static bool TryWriteFar(UnitWriter writer, in Instruction instruction)
    {
        var target = instruction.IPRelativeMemoryAddress;
        if (instruction.Code == Code.Lea_r64_m)
        {
            writer.Write(Instruction.Create(Code.Mov_r64_imm64, instruction.Op0Register, target));
            return true;
        }

        if (instruction.Mnemonic == Mnemonic.Lea || instruction.MemoryBase == Register.EIP || !TryReplace(writer, in instruction, out var replaced))
        {
            return false;
        }

        writer.Spill(replaced.MemoryBase);
        writer.Write(Instruction.Create(Code.Mov_r64_imm64, replaced.MemoryBase, target));
        Finish(writer, in replaced);
        return true;
    }

    private static bool TryWriteThroughGs(UnitWriter writer, in Instruction instruction)
    {
        var isSimple = HasModRmMemory(in instruction) && !instruction.IsIPRelativeMemoryOperand && Is64Bit(instruction.MemoryBase)
            && Is64Bit(instruction.MemoryIndex) && !(instruction.Mnemonic == Mnemonic.Pop && instruction.MemoryBase == Register.RSP)
            && (long)instruction.MemoryDisplacement64 == (int)instruction.MemoryDisplacement64;
        if (!isSimple || !TryReplace(writer, in instruction, out var replaced))
        {
            return false;
        }

        var scratch = replaced.MemoryBase;
        writer.Spill(scratch);
        TemplateCode.Load(writer, scratch, MonitorSlots.GsBase);
        if (instruction.MemoryBase != Register.None)
        {
            // RSP can be a base but no index.
            writer.Write(Instruction.Create(Code.Lea_r64_m, scratch, new MemoryOperand(instruction.MemoryBase, scratch)));
        }

        var displacement = (int)instruction.MemoryDisplacement64;
        var operand = new MemoryOperand(scratch, instruction.MemoryIndex, instruction.MemoryIndexScale, displacement, displacement == 0 ? 0 : 8);
        writer.Write(Instruction.Create(Code.Lea_r64_m, scratch, operand));
        Finish(writer, in replaced);
        return true;
    }

    /// <summary>
    /// Makes the address a register that the instruction does not use; false if that has no encoding, as for MOV from an absolute address to the accumulator.
    /// </summary>
    private static bool TryReplace(UnitWriter writer, in Instruction instruction, out Instruction replaced)
    {
        replaced = instruction;
        if (!TryChoose(in instruction, out var address))
        {
            return false;
        }

        // FS stays: its base is the guest's own.
        replaced.SegmentPrefix = instruction.SegmentPrefix == Register.FS ? Register.FS : Register.None;
        replaced.MemoryBase = address;
        replaced.MemoryIndex = Register.None;
        replaced.MemoryIndexScale = 1;
        replaced.MemoryDisplacement64 = 0;
        replaced.MemoryDisplSize = 0;
        return writer.CanWrite(in replaced);
    }

    /// <summary>Writes the instruction and gives the register that was its address back.</summary>
    private static void Finish(UnitWriter writer, in Instruction replaced)
    {
        writer.Write(in replaced);
        writer.Commit();
        writer.Restore();
    }

    private static bool TryChoose(in Instruction instruction, out Register scratch)
    {
        // A factory is not safe for threads, and making one costs little.
        var used = new InstructionInfoFactory().GetInfo(in instruction).GetUsedRegisters().Select(u => u.Register.GetFullRegister()).ToHashSet();
        scratch = s_candidates.FirstOrDefault(r => !used.Contains(r));
        return scratch != Register.None;
    }

    private static bool Is64Bit(Register register) => register == Register.None || register.IsGPR64();

    private static bool HasModRmMemory(in Instruction instruction)
    {
        for (var i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Memory)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasMemory(in Instruction instruction)
    {
        for (var i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) is OpKind.Memory or (>= OpKind.MemorySegSI and <= OpKind.MemoryESRDI))
            {
                return true;
            }
        }

        return false;
    }
}
