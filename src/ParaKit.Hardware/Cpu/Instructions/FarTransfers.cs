using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Far returns, calls and jumps through pointers in memory. Call gates are not there.</summary>
internal static unsafe class FarTransfers
{
    [Instruction(Code.Retfq, Code.Retfq_imm16)]
    public static DecodedInstruction* Retfq(CpuState* cpu, DecodedInstruction* op) => Return<ulong>(cpu, op);

    [Instruction(Code.Retfd, Code.Retfd_imm16)]
    public static DecodedInstruction* Retfd(CpuState* cpu, DecodedInstruction* op) => Return<uint>(cpu, op);

    [Instruction(Code.Jmp_m1664)]
    public static DecodedInstruction* Jmp64(CpuState* cpu, DecodedInstruction* op) => Jump<ulong>(cpu, op, call: false);

    [Instruction(Code.Jmp_m1632)]
    public static DecodedInstruction* Jmp32(CpuState* cpu, DecodedInstruction* op) => Jump<uint>(cpu, op, call: false);

    [Instruction(Code.Call_m1664)]
    public static DecodedInstruction* Call64(CpuState* cpu, DecodedInstruction* op) => Jump<ulong>(cpu, op, call: true);

    [Instruction(Code.Call_m1632)]
    public static DecodedInstruction* Call32(CpuState* cpu, DecodedInstruction* op) => Jump<uint>(cpu, op, call: true);

    /// <summary>
    /// Installs CS and SS of a return. Data segments that the new, less privileged level must not use become null.
    /// </summary>
    public static void ReturnTo(CpuState* cpu, SegmentRegister code, SegmentRegister stack, byte cpl)
    {
        bool outward = cpl > cpu->Cpl;
        cpu->Cs = code;
        cpu->Ss = stack;
        cpu->Cpl = cpl;
        if (outward)
        {
            DropPrivileged(ref cpu->Ds, cpl);
            DropPrivileged(ref cpu->Es, cpl);
            DropPrivileged(ref cpu->Fs, cpl);
            DropPrivileged(ref cpu->Gs, cpl);
        }
    }

    private static DecodedInstruction* Return<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        uint size = (uint)sizeof(T);
        if (!Stack.TryReadStack<T>(cpu, op, stack, out ulong rip)
            || !Stack.TryReadStack<ushort>(cpu, op, stack + size, out ulong selector))
        {
            return null;
        }

        Processor processor = Processor.Of(cpu);
        byte cpl = (byte)(selector & 3);
        if (!processor.TryLoadCode((ushort)selector, cpl, isReturn: true, out SegmentRegister code))
        {
            return Step.Abandon(cpu, op);
        }

        SegmentRegister stackSegment = cpu->Ss;
        ulong newStack = stack + (2 * size) + (ushort)op->Immediate;
        if (cpl > cpu->Cpl)
        {
            if (!Stack.TryReadStack<T>(cpu, op, newStack, out ulong outerStack)
                || !Stack.TryReadStack<ushort>(cpu, op, newStack + size, out ulong stackSelector))
            {
                return null;
            }

            if (!processor.TryLoadStack((ushort)stackSelector, cpl, out stackSegment))
            {
                return Step.Abandon(cpu, op);
            }

            newStack = outerStack + (ushort)op->Immediate;
        }

        if (!Mmu.LinearAddress.IsCanonical(rip))
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->Registers[GeneralRegister.Rsp] = newStack;
        ReturnTo(cpu, code, stackSegment, cpl);
        return Step.LeaveTo(cpu, op, rip);
    }

    private static DecodedInstruction* Jump<T>(CpuState* cpu, DecodedInstruction* op, bool call)
        where T : unmanaged
    {
        ulong address = MemoryOperand.Address(cpu, op);
        if (!MemoryAccess.TryRead<T>(cpu, op, address, out ulong rip)
            || !MemoryAccess.TryRead<ushort>(cpu, op, address + (uint)sizeof(T), out ulong selector))
        {
            return null;
        }

        Processor processor = Processor.Of(cpu);
        if (!processor.TryLoadCode((ushort)selector, cpu->Cpl, isReturn: false, out SegmentRegister code))
        {
            return Step.Abandon(cpu, op);
        }

        if (!Mmu.LinearAddress.IsCanonical(rip))
        {
            return Step.GeneralProtection(cpu, op);
        }

        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        if (call && (!Stack.TryPush<T>(cpu, op, cpu->Cs.Selector)
            || !Stack.TryPush<T>(cpu, op, Step.NextAddress(cpu, op))))
        {
            cpu->Registers[GeneralRegister.Rsp] = stack;
            return null;
        }

        code.Selector = (ushort)((code.Selector & ~3) | cpu->Cpl);
        cpu->Cs = code;
        return Step.LeaveTo(cpu, op, rip);
    }

    private static void DropPrivileged(ref SegmentRegister segment, byte cpl)
    {
        const SegmentAttributes ConformingCode = SegmentAttributes.Code | SegmentAttributes.ExpandDownOrConforming;
        bool usable = (segment.Attributes & SegmentAttributes.Present) != 0;
        if (usable && (segment.Attributes & ConformingCode) != ConformingCode && segment.Dpl < cpl)
        {
            // FS and GS keep their base, as AMD's and Intel's processors do for a null selector loaded this way.
            segment = new SegmentRegister { Base = segment.Base };
        }
    }
}
