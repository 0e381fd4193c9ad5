using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>LGDT and relatives: the table registers and the questions about descriptors.</summary>
internal static unsafe class Descriptors
{
    private const int BusyTssType = 11;
    private const int CallGateType = 12;
    private const int NoGateType = -1;

    [Instruction(Code.Lgdt_m1664)]
    public static DecodedInstruction* Lgdt(CpuState* cpu, DecodedInstruction* op) => LoadTable(cpu, op, &cpu->Gdtr);

    [Instruction(Code.Lidt_m1664)]
    public static DecodedInstruction* Lidt(CpuState* cpu, DecodedInstruction* op) => LoadTable(cpu, op, &cpu->Idtr);

    [Instruction(Code.Sgdt_m1664)]
    public static DecodedInstruction* Sgdt(CpuState* cpu, DecodedInstruction* op) => StoreTable(cpu, op, &cpu->Gdtr);

    [Instruction(Code.Sidt_m1664)]
    public static DecodedInstruction* Sidt(CpuState* cpu, DecodedInstruction* op) => StoreTable(cpu, op, &cpu->Idtr);

    [Instruction(Code.Sldt_rm16, Code.Sldt_r32m16, Code.Sldt_r64m16)]
    public static DecodedInstruction* Sldt<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (IsPrevented(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        return TryStoreSelector<T, TFirst>(cpu, op, cpu->Ldtr.Selector) ? op + 1 : null;
    }

    [Instruction(Code.Str_rm16, Code.Str_r32m16, Code.Str_r64m16)]
    public static DecodedInstruction* Str<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (IsPrevented(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        return TryStoreSelector<T, TFirst>(cpu, op, cpu->Tr.Selector) ? op + 1 : null;
    }

    [Instruction(Code.Lldt_rm16, Code.Lldt_r32m16, Code.Lldt_r64m16)]
    public static DecodedInstruction* Lldt<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!TFirst.TryRead<ushort>(cpu, op, op->First, out ulong selector))
        {
            return null;
        }

        if ((selector & ~3ul) == 0)
        {
            cpu->Ldtr = new SegmentRegister { Selector = (ushort)selector };
            return op + 1;
        }

        if (!Processor.Of(cpu).TryLoadSystem((ushort)selector, Segmentation.LdtType, out SegmentRegister segment))
        {
            return Step.Abandon(cpu, op);
        }

        cpu->Ldtr = segment;
        return op + 1;
    }

    [Instruction(Code.Ltr_rm16, Code.Ltr_r32m16, Code.Ltr_r64m16)]
    public static DecodedInstruction* Ltr<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!TFirst.TryRead<ushort>(cpu, op, op->First, out ulong selector))
        {
            return null;
        }

        Processor processor = Processor.Of(cpu);
        if ((selector & ~3ul) == 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (!processor.TryLoadSystem((ushort)selector, Segmentation.AvailableTssType, out SegmentRegister segment)
            || !processor.TryMarkBusy((ushort)selector))
        {
            return Step.Abandon(cpu, op);
        }

        segment.Attributes = (segment.Attributes & ~(SegmentAttributes)0x1f) | (Segmentation.BusyTss & (SegmentAttributes)0x1f);
        cpu->Tr = segment;
        return op + 1;
    }

    [Instruction(Code.Lar_r16_rm16, Code.Lar_r32_r32m16, Code.Lar_r64_r64m16)]
    public static DecodedInstruction* Lar<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<ushort>(cpu, op, op->Second, out ulong selector))
        {
            return null;
        }

        if (!TryInspect(cpu, op, (ushort)selector, CallGateType, out bool visible, out ulong descriptor, out _))
        {
            return null;
        }

        // Access rights are bits 8-23 of the second word, with the limit bits 16-19 among them undefined (kept).
        return Answer<T>(cpu, op, visible, (descriptor >> 32) & 0x00ff_ff00);
    }

    [Instruction(Code.Lsl_r16_rm16, Code.Lsl_r32_r32m16, Code.Lsl_r64_r64m16)]
    public static DecodedInstruction* Lsl<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<ushort>(cpu, op, op->Second, out ulong selector))
        {
            return null;
        }

        if (!TryInspect(cpu, op, (ushort)selector, NoGateType, out bool visible, out _, out SegmentRegister segment))
        {
            return null;
        }

        return Answer<T>(cpu, op, visible, segment.Limit);
    }

    [Instruction(Code.Verr_rm16, Code.Verr_r32m16, Code.Verr_r64m16)]
    public static DecodedInstruction* Verr<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand => Verify<TFirst>(cpu, op, write: false);

    [Instruction(Code.Verw_rm16, Code.Verw_r32m16, Code.Verw_r64m16)]
    public static DecodedInstruction* Verw<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand => Verify<TFirst>(cpu, op, write: true);

    /// <summary>User-mode instruction prevention: SGDT, SIDT, SLDT, STR and SMSW above CPL 0.</summary>
    public static bool IsPrevented(CpuState* cpu) =>
        cpu->Cpl != 0 && (cpu->Cr4 & Cr4.UserModeInstructionPrevention) != 0;

    /// <summary>Stores a selector: zero-extended to a register, but always 16 bits to memory.</summary>
    public static bool TryStoreSelector<T, TFirst>(CpuState* cpu, DecodedInstruction* op, ulong value)
        where T : unmanaged
        where TFirst : struct, IOperand =>
        typeof(TFirst) == typeof(MemoryOperand)
            ? TFirst.TryWrite<ushort>(cpu, op, op->First, value)
            : TFirst.TryWrite<T>(cpu, op, op->First, value);

    private static DecodedInstruction* LoadTable(CpuState* cpu, DecodedInstruction* op, DescriptorTableRegister* table)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        ulong address = MemoryOperand.Address(cpu, op);
        if (!MemoryAccess.TryRead<ushort>(cpu, op, address, out ulong limit)
            || !MemoryAccess.TryRead<ulong>(cpu, op, address + sizeof(ushort), out ulong tableBase))
        {
            return null;
        }

        if (!Mmu.LinearAddress.IsCanonical(tableBase))
        {
            return Step.GeneralProtection(cpu, op);
        }

        table->Base = tableBase;
        table->Limit = (ushort)limit;
        return op + 1;
    }

    private static DecodedInstruction* StoreTable(CpuState* cpu, DecodedInstruction* op, DescriptorTableRegister* table)
    {
        if (IsPrevented(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        ulong address = MemoryOperand.Address(cpu, op);
        // The base is written first: if its page is missing, nothing has been written.
        return MemoryAccess.TryWrite<ulong>(cpu, op, address + sizeof(ushort), table->Base)
            && MemoryAccess.TryWrite<ushort>(cpu, op, address, table->Limit)
            ? op + 1
            : null;
    }

    private static DecodedInstruction* Verify<TFirst>(CpuState* cpu, DecodedInstruction* op, bool write)
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<ushort>(cpu, op, op->First, out ulong selector))
        {
            return null;
        }

        if (!TryInspect(cpu, op, (ushort)selector, NoGateType, out bool visible, out _, out SegmentRegister segment))
        {
            return null;
        }

        bool code = (segment.Attributes & SegmentAttributes.Code) != 0;
        bool flag = (segment.Attributes & SegmentAttributes.WritableOrReadable) != 0;
        bool allowed = write ? !code && flag : !code || flag;
        SetZero(cpu, visible && allowed && (segment.Attributes & SegmentAttributes.CodeOrData) != 0);
        return op + 1;
    }

    /// <summary>
    /// Reads a descriptor without faulting on bad selectors; false only after a page fault. LAR answers for call gates too
    /// (Intel SDM vol. 2, "LAR", the table of valid types).
    /// </summary>
    private static bool TryInspect(
        CpuState* cpu, DecodedInstruction* op, ushort selector, int gate, out bool visible, out ulong descriptor,
        out SegmentRegister segment)
    {
        (visible, descriptor, segment) = (false, 0, default);
        if ((selector & ~3) == 0)
        {
            return true;
        }

        if (!Processor.Of(cpu).TryReadDescriptor(selector, 0, ExceptionVector.GeneralProtection, out descriptor))
        {
            if (cpu->Stop.Vector == ExceptionVector.PageFault)
            {
                Step.Abandon(cpu, op);
                return false;
            }

            cpu->Stop = default;
            return true;
        }

        segment = Segmentation.FromDescriptor(selector, descriptor);
        const SegmentAttributes ConformingCode = SegmentAttributes.CodeOrData | SegmentAttributes.Code
            | SegmentAttributes.ExpandDownOrConforming;
        bool conforming = (segment.Attributes & ConformingCode) == ConformingCode;
        int type = (int)segment.Attributes & 0xf;
        bool validType = (segment.Attributes & SegmentAttributes.CodeOrData) != 0
            || type is Segmentation.LdtType or Segmentation.AvailableTssType or BusyTssType || type == gate;
        visible = validType && (conforming || segment.Dpl >= Math.Max(cpu->Cpl, selector & 3));
        return true;
    }

    private static DecodedInstruction* Answer<T>(CpuState* cpu, DecodedInstruction* op, bool visible, ulong value)
        where T : unmanaged
    {
        if (visible)
        {
            RegisterOperand.TryWrite<T>(cpu, op, op->First, value);
        }

        SetZero(cpu, visible);
        return op + 1;
    }

    private static void SetZero(CpuState* cpu, bool zero) => Flags.SetArithmetic(
        ref *cpu, (Flags.Arithmetic(in *cpu) & ~Flags.Zero) | (zero ? Flags.Zero : 0));
}
