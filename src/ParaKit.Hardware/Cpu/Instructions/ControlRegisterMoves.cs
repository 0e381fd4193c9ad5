using Iced.Intel;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>MOV to and from control and debug registers, CLTS, SMSW, LMSW, INVLPG and the cache instructions.</summary>
internal static unsafe class ControlRegisterMoves
{
    private const ulong LmswMask = 0xf;
    private const ulong TaskPriorityMask = 0xf;

    // CR8 is bits 4 to 7 of the task-priority register.
    private const int TaskPriorityShift = 4;
    private const ulong DebugUpperReserved = 0xffff_ffff_0000_0000;

    [Instruction(Code.Mov_r64_cr)]
    public static DecodedInstruction* MovFromControl(CpuState* cpu, DecodedInstruction* op)
    {
        if (op->Second is not (0 or 2 or 3 or 4 or 8))
        {
            return Step.InvalidOpcode(cpu, op);
        }

        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (((Processor.Of(cpu).Controls.ControlRegisterReads >> op->Second) & 1) != 0)
        {
            return Step.Intercept(
                cpu, op, ExitReason.ControlRegister, ExitQualification.OfControlRegister(op->Second, isRead: true, op->First / sizeof(ulong)));
        }

        *(ulong*)((byte*)cpu + op->First) = op->Second switch
        {
            0 => cpu->Cr0,
            2 => cpu->Cr2,
            3 => cpu->Cr3,
            4 => cpu->Cr4,
            _ => Processor.Of(cpu).LocalApic is { } apic ? (ulong)apic.TaskPriority >> TaskPriorityShift : cpu->Cr8,
        };
        return op + 1;
    }

    [Instruction(Code.Mov_cr_r64)]
    public static DecodedInstruction* MovToControl(CpuState* cpu, DecodedInstruction* op)
    {
        if (op->First is not (0 or 2 or 3 or 4 or 8))
        {
            return Step.InvalidOpcode(cpu, op);
        }

        Processor processor = Processor.Of(cpu);
        if (cpu->Cpl == 0 && ((processor.Controls.ControlRegisterWrites >> op->First) & 1) != 0)
        {
            return Step.Intercept(
                cpu, op, ExitReason.ControlRegister, ExitQualification.OfControlRegister(op->First, isRead: false, op->Second / sizeof(ulong)));
        }

        ulong value = *(ulong*)((byte*)cpu + op->Second);
        if (cpu->Cpl != 0 || !TryWriteControl(cpu, op->First, value))
        {
            return Step.GeneralProtection(cpu, op);
        }

        processor.Clock.Charge(processor.Costs.ControlRegisterWrite);

        // Translations may have changed: the fetch of the next instruction goes through the run loop.
        return Step.Leave(cpu, op);
    }

    [Instruction(Code.Mov_r64_dr)]
    public static DecodedInstruction* MovFromDebug(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!TryDebugNumber(cpu, op->Second, out int number))
        {
            return Step.InvalidOpcode(cpu, op);
        }

        *(ulong*)((byte*)cpu + op->First) = cpu->DebugRegisters[number];
        return op + 1;
    }

    [Instruction(Code.Mov_dr_r64)]
    public static DecodedInstruction* MovToDebug(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!TryDebugNumber(cpu, op->First, out int number))
        {
            return Step.InvalidOpcode(cpu, op);
        }

        ulong value = *(ulong*)((byte*)cpu + op->Second);
        if (number >= 6 && (value & DebugUpperReserved) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->DebugRegisters[number] = value;
        return op + 1;
    }

    [Instruction(Code.Clts)]
    public static DecodedInstruction* Clts(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->Cr0 &= ~Cr0.TaskSwitched;
        return op + 1;
    }

    [Instruction(Code.Smsw_rm16, Code.Smsw_r32m16, Code.Smsw_r64m16)]
    public static DecodedInstruction* Smsw<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (Descriptors.IsPrevented(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        return Descriptors.TryStoreSelector<T, TFirst>(cpu, op, cpu->Cr0) ? op + 1 : null;
    }

    [Instruction(Code.Lmsw_rm16, Code.Lmsw_r32m16, Code.Lmsw_r64m16)]
    public static DecodedInstruction* Lmsw<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!TFirst.TryRead<ushort>(cpu, op, op->First, out ulong value))
        {
            return null;
        }

        // PE can be set but not cleared.
        cpu->Cr0 = (cpu->Cr0 & ~(LmswMask & ~Cr0.ProtectionEnable)) | (value & LmswMask);
        return op + 1;
    }

    [Instruction(Code.Invlpg_m)]
    public static DecodedInstruction* Invlpg(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        Processor processor = Processor.Of(cpu);
        ulong address = MemoryOperand.Address(cpu, op);
        if ((processor.Controls.Intercepts & Intercepts.PageInvalidation) != 0)
        {
            return Step.Intercept(cpu, op, ExitReason.PageInvalidation, address);
        }

        processor.InvalidatePage(address);
        return Step.Leave(cpu, op);
    }

    [Instruction(Code.Wbinvd, Code.Invd)]
    public static DecodedInstruction* Wbinvd(CpuState* cpu, DecodedInstruction* op) =>
        cpu->Cpl == 0 ? op + 1 : Step.GeneralProtection(cpu, op);

    /// <summary>Writes a control register; false if the value is not allowed.</summary>
    private static bool TryWriteControl(CpuState* cpu, int number, ulong value)
    {
        Processor processor = Processor.Of(cpu);
        switch (number)
        {
            case 0:
                return TryWriteCr0(cpu, processor, value);
            case 2:
                cpu->Cr2 = value;
                return true;
            case 3:
                if ((value & ~(Mmu.PageTableEntry.AddressMask | 0xfff)) != 0)
                {
                    return false;
                }

                processor.LoadCr3(value);
                return true;
            case 4:
                // Leaving PAE while in long mode is not possible.
                if ((value & ~Cr4.Defined) != 0 || (value & Cr4.PhysicalAddressExtension) == 0)
                {
                    return false;
                }

                cpu->Cr4 = value;
                processor.FlushTlb();
                return true;
            default:
                return value <= TaskPriorityMask && SetTaskPriority(cpu, processor, value);
        }
    }

    private static bool SetTaskPriority(CpuState* cpu, Processor processor, ulong value)
    {
        cpu->Cr8 = value;
        if (processor.LocalApic is { } apic)
        {
            apic.TaskPriority = (byte)(value << TaskPriorityShift);
        }

        return true;
    }

    private static bool TryWriteCr0(CpuState* cpu, Processor processor, ulong value)
    {
        bool keepsLongMode = (value & (Cr0.ProtectionEnable | Cr0.Paging)) == (Cr0.ProtectionEnable | Cr0.Paging);
        bool cachingValid = (value & Cr0.NotWriteThrough) == 0 || (value & Cr0.CacheDisable) != 0;
        if (!keepsLongMode || !cachingValid || value > uint.MaxValue)
        {
            return false;
        }

        ulong before = cpu->Cr0;
        cpu->Cr0 = (value & Cr0.Defined) | Cr0.ExtensionType;
        if (((before ^ value) & Cr0.WriteProtect) != 0)
        {
            processor.FlushTlb();
        }

        return true;
    }

    /// <summary>DR4 and DR5 are DR6 and DR7 unless CR4.DE is set.</summary>
    private static bool TryDebugNumber(CpuState* cpu, int encoded, out int number)
    {
        number = encoded is 4 or 5 ? encoded + 2 : encoded;
        return encoded < DebugRegisters.Count && (encoded == number || (cpu->Cr4 & Cr4.DebuggingExtensions) == 0);
    }
}
