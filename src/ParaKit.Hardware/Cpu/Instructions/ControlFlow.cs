using Iced.Intel;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Near jumps, calls, returns and loops. A target that is not canonical is #GP(0) at the branch.</summary>
internal static unsafe class ControlFlow
{
    [Instruction(Code.Jmp_rel8_64, Code.Jmp_rel32_64)]
    public static DecodedInstruction* Jmp(CpuState* cpu, DecodedInstruction* op) => Step.Branch(cpu, op);

    [Instruction(Code.Jmp_rm64)]
    public static DecodedInstruction* JmpIndirect<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<ulong>(cpu, op, op->First, out ulong target))
        {
            return null;
        }

        return LinearAddress.IsCanonical(target) ? Step.JumpTo(cpu, target) : Step.GeneralProtection(cpu, op);
    }

    [Instruction(Code.Call_rel32_64)]
    public static DecodedInstruction* Call(CpuState* cpu, DecodedInstruction* op)
    {
        if (op->Immediate >= CodePage.Offsets && !LinearAddress.IsCanonical(cpu->CodePage + op->Immediate))
        {
            return Step.GeneralProtection(cpu, op);
        }

        return Stack.TryPush<ulong>(cpu, op, Step.NextAddress(cpu, op)) ? Step.Branch(cpu, op) : null;
    }

    [Instruction(Code.Call_rm64)]
    public static DecodedInstruction* CallIndirect<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<ulong>(cpu, op, op->First, out ulong target))
        {
            return null;
        }

        if (!LinearAddress.IsCanonical(target))
        {
            return Step.GeneralProtection(cpu, op);
        }

        return Stack.TryPush<ulong>(cpu, op, Step.NextAddress(cpu, op)) ? Step.JumpTo(cpu, target) : null;
    }

    [Instruction(Code.Retnq, Code.Retnq_imm16)]
    public static DecodedInstruction* Ret(CpuState* cpu, DecodedInstruction* op)
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        if (!Stack.TryReadStack<ulong>(cpu, op, stack, out ulong target))
        {
            return null;
        }

        if (!LinearAddress.IsCanonical(target))
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->Registers[GeneralRegister.Rsp] = stack + sizeof(ulong) + (ushort)op->Immediate;
        return Step.JumpTo(cpu, target);
    }

    [Instruction(Code.Loop_rel8_64_RCX)]
    public static DecodedInstruction* Loop(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, --cpu->Registers[GeneralRegister.Rcx] != 0);

    [Instruction(Code.Loope_rel8_64_RCX)]
    public static DecodedInstruction* Loope(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, --cpu->Registers[GeneralRegister.Rcx] != 0 && Flags.IsZero(in *cpu));

    [Instruction(Code.Loopne_rel8_64_RCX)]
    public static DecodedInstruction* Loopne(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, --cpu->Registers[GeneralRegister.Rcx] != 0 && !Flags.IsZero(in *cpu));

    [Instruction(Code.Loop_rel8_64_ECX)]
    public static DecodedInstruction* Loop32(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, DecrementEcx(cpu));

    [Instruction(Code.Loope_rel8_64_ECX)]
    public static DecodedInstruction* Loope32(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, DecrementEcx(cpu) && Flags.IsZero(in *cpu));

    [Instruction(Code.Loopne_rel8_64_ECX)]
    public static DecodedInstruction* Loopne32(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, DecrementEcx(cpu) && !Flags.IsZero(in *cpu));

    [Instruction(Code.Jrcxz_rel8_64)]
    public static DecodedInstruction* Jrcxz(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, cpu->Registers[GeneralRegister.Rcx] == 0);

    [Instruction(Code.Jecxz_rel8_64)]
    public static DecodedInstruction* Jecxz(CpuState* cpu, DecodedInstruction* op) =>
        BranchIf(cpu, op, (uint)cpu->Registers[GeneralRegister.Rcx] == 0);

    private static DecodedInstruction* BranchIf(CpuState* cpu, DecodedInstruction* op, bool taken) =>
        taken ? Step.Branch(cpu, op) : Step.FallThrough(cpu, op);

    private static bool DecrementEcx(CpuState* cpu)
    {
        uint count = (uint)cpu->Registers[GeneralRegister.Rcx] - 1;
        cpu->Registers[GeneralRegister.Rcx] = count;
        return count != 0;
    }
}
