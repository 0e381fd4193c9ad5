using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>What sensitive instructions become where that is cheaper in the cache than in the monitor.</summary>
internal static class SensitiveTemplates
{
    private const int InterruptEnable = 0x200;
    private const int IoPrivilege = 0x3000;
    private const int TrapFlag = 0x100;
    private const int Cr8Reserved = ~15;

    /// <summary>Writes the template of an instruction; false, with nothing written, if the monitor has to simulate it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="next">Guest address of the one that follows.</param>
    public static bool TryWrite(UnitWriter writer, in Instruction instruction, ulong next)
    {
        switch (instruction.Code)
        {
            case Code.Cli:
                TemplateCode.Store(writer, MonitorSlots.InterruptFlag, -InterruptEnable);
                return true;
            case Code.Sti:
                TemplateCode.Store(writer, MonitorSlots.InterruptFlag, 0);
                TemplateCode.CheckPending(writer, next, inShadow: true);
                return true;
            case Code.Pushfq:
                WritePushFlags(writer);
                return true;
            case Code.Popfq:
                WritePopFlags(writer, next);
                return true;
            case Code.Mov_r64_cr when instruction.Op1Register is Register.CR0 or Register.CR2 or Register.CR3 or Register.CR4 or Register.CR8:
                TemplateCode.Load(writer, instruction.Op0Register, MonitorSlots.ControlRegister(instruction.Op1Register - Register.CR0));
                return true;
            case Code.Mov_cr_r64 when instruction.Op0Register == Register.CR8:
                WriteTaskPriority(writer, instruction.Op1Register);
                return true;
            case Code.Swapgs:
                WriteSwapGs(writer);
                return true;
            case Code.Sgdt_m1664 or Code.Sidt_m1664:
                return TryWriteTable(writer, in instruction);
            case Code.Pushq_FS or Code.Pushq_GS:
                WritePushSelector(writer, instruction.Code == Code.Pushq_FS ? 4 : 5);
                return true;
            default:
                return TryWriteRegister(writer, in instruction);
        }
    }

    /// <summary>Reads of machine state into a general register.</summary>
    private static bool TryWriteRegister(UnitWriter writer, in Instruction instruction)
    {
        if (instruction.Op0Kind != OpKind.Register)
        {
            return false;
        }

        switch (instruction.Code)
        {
            case Code.Smsw_r32m16 or Code.Smsw_r64m16 or Code.Smsw_rm16:
                Read(writer, instruction.Op0Register, MonitorSlots.Cr0, isSelector: false);
                return true;
            case Code.Sldt_rm16 or Code.Sldt_r32m16 or Code.Sldt_r64m16:
                Read(writer, instruction.Op0Register, MonitorSlots.Ldtr, isSelector: true);
                return true;
            case Code.Str_rm16 or Code.Str_r32m16 or Code.Str_r64m16:
                Read(writer, instruction.Op0Register, MonitorSlots.Tr, isSelector: true);
                return true;
            case Code.Mov_rm16_Sreg or Code.Mov_r32m16_Sreg or Code.Mov_r64m16_Sreg:
                Read(writer, instruction.Op0Register, MonitorSlots.Selector(instruction.Op1Register - Register.ES), isSelector: true);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Loads a register of any size; selectors are extended with zeros.</summary>
    private static void Read(UnitWriter writer, Register target, int slot, bool isSelector)
    {
        var code = target.GetSize() switch
        {
            2 => Code.Mov_r16_rm16,
            _ when isSelector => Code.Movzx_r32_rm16,
            4 => Code.Mov_r32_rm32,
            _ => Code.Mov_r64_rm64,
        };
        var register = code == Code.Movzx_r32_rm16 ? target.GetFullRegister32() : target;
        writer.Write(Instruction.Create(code, register, UnitWriter.Slot(slot)));
    }

    /// <summary>Pushes the processor's flags and makes IF and IOPL in them the guest's.</summary>
    private static void WritePushFlags(UnitWriter writer)
    {
        writer.Write(Instruction.Create(Code.Pushfq));
        writer.Commit();
        writer.Spill(Register.RAX);
        writer.Spill(Register.RCX);
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, new MemoryOperand(Register.RSP)));
        TemplateCode.Load(writer, Register.RCX, MonitorSlots.InterruptFlag);
        TemplateCode.Add(writer, Register.RAX, Register.RCX);
        TemplateCode.Load(writer, Register.RCX, MonitorSlots.IoPrivilege);
        TemplateCode.Add(writer, Register.RAX, Register.RCX);
        writer.Write(Instruction.Create(Code.Mov_rm64_r64, new MemoryOperand(Register.RSP), Register.RAX));
        writer.Restore();
        writer.Restore();
    }

    /// <summary>
    /// Takes IF and IOPL from the image and leaves the rest to the processor, whose own the two stay. The flags may be used meanwhile: they are
    /// about to be replaced. An image with TF is the monitor's.
    /// </summary>
    private static void WritePopFlags(UnitWriter writer, ulong next)
    {
        writer.Spill(Register.RAX);
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, new MemoryOperand(Register.RSP)));
        writer.Write(Instruction.Create(Code.Test_rm32_imm32, Register.EAX, TrapFlag));
        writer.SkipIf(Code.Je_rel8_64, () =>
        {
            writer.Restore();
            writer.CallOut(CallOut.Simulate);
        });
        writer.Commit();
        writer.Write(Instruction.Create(Code.And_rm32_imm32, Register.EAX, IoPrivilege));
        TemplateCode.Store(writer, MonitorSlots.IoPrivilege, Register.RAX);
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, new MemoryOperand(Register.RSP)));
        writer.Write(Instruction.Create(Code.And_rm32_imm32, Register.EAX, InterruptEnable));
        writer.Write(Instruction.Create(Code.Sub_rm64_imm32, Register.RAX, InterruptEnable));
        TemplateCode.Store(writer, MonitorSlots.InterruptFlag, Register.RAX);
        writer.Restore();
        writer.Write(Instruction.Create(Code.Popfq));
        TemplateCode.CheckPending(writer, next, inShadow: false);
    }

    /// <summary>MOV to CR8: the task priority is four bits of memory. Flags are kept in AH and AL meanwhile.</summary>
    private static void WriteTaskPriority(UnitWriter writer, Register source)
    {
        writer.Spill(Register.RAX);
        writer.Spill(Register.RCX);
        writer.Write(Instruction.Create(Code.Mov_r64_rm64, Register.RCX, source));
        writer.Write(Instruction.Create(Code.Lahf));
        writer.Write(Instruction.Create(Code.Seto_rm8, Register.AL));
        writer.Write(Instruction.Create(Code.Test_rm64_imm32, Register.RCX, Cr8Reserved));
        writer.SkipIf(Code.Je_rel8_64, () =>
        {
            RestoreFlags(writer);
            writer.Restore();
            writer.Restore();
            writer.CallOut(CallOut.Simulate);
        });
        writer.Commit();
        TemplateCode.Store(writer, MonitorSlots.Cr8, Register.RCX);
        RestoreFlags(writer);
        writer.Restore();
        writer.Restore();
    }

    private static void RestoreFlags(UnitWriter writer)
    {
        writer.Write(Instruction.Create(Code.Add_rm8_imm8, Register.AL, 0x7f));
        writer.Write(Instruction.Create(Code.Sahf));
    }

    private static void WriteSwapGs(UnitWriter writer)
    {
        writer.Spill(Register.RAX);
        writer.Spill(Register.RCX);
        TemplateCode.Load(writer, Register.RAX, MonitorSlots.GsBase);
        TemplateCode.Load(writer, Register.RCX, MonitorSlots.KernelGsBase);
        writer.Commit();
        TemplateCode.Store(writer, MonitorSlots.GsBase, Register.RCX);
        TemplateCode.Store(writer, MonitorSlots.KernelGsBase, Register.RAX);
        writer.Restore();
        writer.Restore();
    }

    /// <summary>Stores limit and base of a descriptor table.</summary>
    private static bool TryWriteTable(UnitWriter writer, in Instruction instruction)
    {
        var isSimple = !OperandRetargeting.IsNeeded(in instruction)
            && CanStay(instruction.MemoryBase) && CanStay(instruction.MemoryIndex)
            && (long)instruction.MemoryDisplacement64 is >= int.MinValue and < int.MaxValue - 2;
        if (!isSimple)
        {
            return false;
        }

        var slot = instruction.Code == Code.Sgdt_m1664 ? MonitorSlots.Gdtr : MonitorSlots.Idtr;
        writer.Spill(Register.RAX);
        TemplateCode.Load(writer, Register.RAX, slot + 8);
        writer.Write(Instruction.Create(Code.Mov_rm64_r64, Operand(in instruction, 2), Register.RAX));
        TemplateCode.Load(writer, Register.RAX, slot);
        writer.Write(Instruction.Create(Code.Mov_rm16_r16, Operand(in instruction, 0), Register.AX));
        writer.Commit();
        writer.Restore();
        return true;
    }

    /// <summary>A part of an address that is as it was after RAX was spilled and used.</summary>
    private static bool CanStay(Register register) => register == Register.None || (register.IsGPR64() && register != Register.RAX);

    private static MemoryOperand Operand(in Instruction instruction, int offset) => new(
        instruction.MemoryBase, instruction.MemoryIndex, instruction.MemoryIndexScale, (long)instruction.MemoryDisplacement64 + offset,
        8, false, instruction.SegmentPrefix);

    private static void WritePushSelector(UnitWriter writer, int segment)
    {
        writer.Spill(Register.RAX);
        writer.Write(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, UnitWriter.Slot(MonitorSlots.Selector(segment))));
        writer.Write(Instruction.Create(Code.Push_r64, Register.RAX));
        writer.Commit();
        writer.Restore();
    }
}
