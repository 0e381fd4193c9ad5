using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Software interrupts, IRET, HLT and undefined opcodes.</summary>
internal static unsafe class Interrupts
{
    /// <summary>RFLAGS bits that IRETQ can change at CPL 0.</summary>
    private const ulong Restorable = Flags.SystemMask | Flags.ArithmeticMask;

    [Instruction(Code.Int_imm8)]
    public static DecodedInstruction* Int(CpuState* cpu, DecodedInstruction* op) =>
        Software(cpu, op, (byte)op->Immediate);

    [Instruction(Code.Int3)]
    public static DecodedInstruction* Int3(CpuState* cpu, DecodedInstruction* op) =>
        Software(cpu, op, ExceptionVector.Breakpoint);

    [Instruction(Code.Ud2, Code.Ud0_r16_rm16, Code.Ud0_r32_rm32, Code.Ud0_r64_rm64)]
    [Instruction(Code.Ud1_r16_rm16, Code.Ud1_r32_rm32, Code.Ud1_r64_rm64)]
    public static DecodedInstruction* Ud(CpuState* cpu, DecodedInstruction* op) => Step.InvalidOpcode(cpu, op);

    [Instruction(Code.Hlt)]
    public static DecodedInstruction* Hlt(CpuState* cpu, DecodedInstruction* op) =>
        cpu->Cpl == 0 ? Step.Exit(cpu, op, ExitReason.Halt) : Step.GeneralProtection(cpu, op);

    [Instruction(Code.Iretq)]
    public static DecodedInstruction* Iretq(CpuState* cpu, DecodedInstruction* op)
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        ulong* frame = stackalloc ulong[5];
        for (int i = 0; i < 5; i++)
        {
            if (!Stack.TryReadStack<ulong>(cpu, op, stack + ((uint)i * sizeof(ulong)), out frame[i]))
            {
                return null;
            }
        }

        if ((cpu->SystemFlags & Flags.NestedTask) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        Processor processor = Processor.Of(cpu);
        (ulong rip, ushort codeSelector, ulong flags) = (frame[0], (ushort)frame[1], frame[2]);
        byte cpl = (byte)(codeSelector & 3);
        if (!processor.TryLoadCode(codeSelector, cpl, isReturn: true, out SegmentRegister code)
            || !processor.TryLoadStack((ushort)frame[4], cpl, out SegmentRegister stackSegment))
        {
            return Step.Abandon(cpu, op);
        }

        if (!Mmu.LinearAddress.IsCanonical(rip))
        {
            return Step.GeneralProtection(cpu, op);
        }

        FlagsRegister.Restore(cpu, flags, Restorable & ~Flags.Resume);
        cpu->Registers[GeneralRegister.Rsp] = frame[3];
        FarTransfers.ReturnTo(cpu, code, stackSegment, cpl);
        processor.Clock.Charge(processor.Costs.InterruptReturn);
        return Step.LeaveTo(cpu, op, rip);
    }

    private static DecodedInstruction* Software(CpuState* cpu, DecodedInstruction* op, byte vector)
    {
        Processor processor = Processor.Of(cpu);
        return processor.Controls.SoftwareInterrupts
            ? Step.Exit(cpu, op, ExitReason.SoftwareInterrupt, vector)
            : processor.DeliverSoftware(op, vector);
    }
}
