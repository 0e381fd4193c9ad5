using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>Pieces that several templates use. None of them touches the flags.</summary>
internal static class TemplateCode
{
    /// <summary>Loads a slot of the monitor.</summary>
    public static void Load(UnitWriter writer, Register register, int slot) =>
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, register, UnitWriter.Slot(slot)));

    /// <summary>Stores to a slot of the monitor.</summary>
    public static void Store(UnitWriter writer, int slot, Register register) =>
        writer.Write(Instruction.Create(Code.Mov_rm64_r64, UnitWriter.Slot(slot), register));

    /// <summary>Stores a constant to a slot of the monitor.</summary>
    public static void Store(UnitWriter writer, int slot, int value) =>
        writer.Write(Instruction.Create(Code.Mov_rm64_imm32, UnitWriter.Slot(slot), value));

    /// <summary>Adds a register and a constant to another register.</summary>
    public static void Add(UnitWriter writer, Register target, Register other, int constant = 0) =>
        writer.Write(Instruction.Create(Code.Lea_r64_m, target, new MemoryOperand(target, other, 1, constant, constant == 0 ? 0 : 8)));

    /// <summary>Counts in a slot of the monitor, by way of a register.</summary>
    public static void Increment(UnitWriter writer, Register register, int slot)
    {
        Load(writer, register, slot);
        writer.Write(Instruction.Create(Code.Lea_r64_m, register, new MemoryOperand(register, 1, 1)));
        Store(writer, slot, register);
    }

    /// <summary>Calls the monitor at <paramref name="next"/> if an interrupt waits.</summary>
    public static void CheckPending(UnitWriter writer, ulong next, bool inShadow)
    {
        writer.Begin(next, inShadow);
        writer.Spill(Register.RCX);
        Load(writer, Register.RCX, MonitorSlots.Pending);
        writer.SkipIf(Code.Jrcxz_rel8_64, () =>
        {
            writer.Restore();
            writer.Begin(next, inShadow);
            writer.CallOut(CallOut.Interrupt);
        });
        writer.Restore();
    }
}
