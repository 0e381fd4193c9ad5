using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Loads and stores of segment registers, and the FS and GS bases.</summary>
internal static unsafe class Segments
{
    private const int CodeSegment = 1;
    private const int StackSegment = 2;

    [Instruction(Code.Mov_rm16_Sreg, Code.Mov_r32m16_Sreg, Code.Mov_r64m16_Sreg)]
    public static DecodedInstruction* MovFromSegment<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand =>
        Descriptors.TryStoreSelector<T, TFirst>(cpu, op, Register(cpu, op->Second)->Selector) ? op + 1 : null;

    [Instruction(Code.Mov_Sreg_rm16, Code.Mov_Sreg_r32m16, Code.Mov_Sreg_r64m16)]
    public static DecodedInstruction* MovToSegment<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (op->First == CodeSegment)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        return TSecond.TryRead<ushort>(cpu, op, op->Second, out ulong selector)
            ? Load(cpu, op, op->First, (ushort)selector)
            : null;
    }

    [Instruction(Code.Pushq_FS, Code.Pushq_GS)]
    public static DecodedInstruction* Push(CpuState* cpu, DecodedInstruction* op) =>
        Stack.TryPush<ulong>(cpu, op, Register(cpu, op->First)->Selector) ? op + 1 : null;

    [Instruction(Code.Popq_FS, Code.Popq_GS)]
    public static DecodedInstruction* Pop(CpuState* cpu, DecodedInstruction* op)
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        if (!Stack.TryReadStack<ulong>(cpu, op, stack, out ulong selector))
        {
            return null;
        }

        if (!Processor.Of(cpu).TryLoadData((ushort)selector, ref *Register(cpu, op->First)))
        {
            return Step.Abandon(cpu, op);
        }

        cpu->Registers[GeneralRegister.Rsp] = stack + sizeof(ulong);
        return op + 1;
    }

    [Instruction(Code.Rdfsbase_r32, Code.Rdfsbase_r64)]
    public static DecodedInstruction* Rdfsbase<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => ReadBase<T>(cpu, op, cpu->Fs.Base);

    [Instruction(Code.Rdgsbase_r32, Code.Rdgsbase_r64)]
    public static DecodedInstruction* Rdgsbase<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => ReadBase<T>(cpu, op, cpu->Gs.Base);

    [Instruction(Code.Wrfsbase_r32, Code.Wrfsbase_r64)]
    public static DecodedInstruction* Wrfsbase<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => WriteBase<T>(cpu, op, &cpu->Fs.Base);

    [Instruction(Code.Wrgsbase_r32, Code.Wrgsbase_r64)]
    public static DecodedInstruction* Wrgsbase<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => WriteBase<T>(cpu, op, &cpu->Gs.Base);

    private static DecodedInstruction* Load(CpuState* cpu, DecodedInstruction* op, int number, ushort selector)
    {
        Processor processor = Processor.Of(cpu);
        if (number == StackSegment)
        {
            if (!processor.TryLoadStack(selector, cpu->Cpl, out SegmentRegister stack))
            {
                return Step.Abandon(cpu, op);
            }

            cpu->Ss = stack;
            cpu->InterruptShadow = true;
            return Step.Leave(cpu, op);
        }

        return processor.TryLoadData(selector, ref *Register(cpu, number)) ? op + 1 : Step.Abandon(cpu, op);
    }

    /// <summary>By number in encodings: ES, CS, SS, DS, FS, GS.</summary>
    private static SegmentRegister* Register(CpuState* cpu, int number) => number switch
    {
        0 => &cpu->Es,
        1 => &cpu->Cs,
        2 => &cpu->Ss,
        3 => &cpu->Ds,
        4 => &cpu->Fs,
        _ => &cpu->Gs,
    };

    private static DecodedInstruction* ReadBase<T>(CpuState* cpu, DecodedInstruction* op, ulong value)
        where T : unmanaged
    {
        if ((cpu->Cr4 & Cr4.FsGsBase) == 0)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        RegisterOperand.TryWrite<T>(cpu, op, op->First, value);
        return op + 1;
    }

    private static DecodedInstruction* WriteBase<T>(CpuState* cpu, DecodedInstruction* op, ulong* segmentBase)
        where T : unmanaged
    {
        if ((cpu->Cr4 & Cr4.FsGsBase) == 0)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        ulong value = Width.Load<T>((byte*)cpu + op->First);
        if (!Mmu.LinearAddress.IsCanonical(value))
        {
            return Step.GeneralProtection(cpu, op);
        }

        *segmentBase = value;
        return op + 1;
    }
}
