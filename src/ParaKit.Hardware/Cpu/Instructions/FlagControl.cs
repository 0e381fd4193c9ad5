using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Flags that any program may change, and instructions that do nothing.</summary>
internal static unsafe class FlagControl
{
    private const ulong StatusFlags = Flags.Sign | Flags.Zero | Flags.Adjust | Flags.Parity | Flags.Carry;

    [Instruction(Code.Clc)]
    public static DecodedInstruction* Clc(CpuState* cpu, DecodedInstruction* op)
    {
        Flags.SetCarry(ref *cpu, false);
        return op + 1;
    }

    [Instruction(Code.Stc)]
    public static DecodedInstruction* Stc(CpuState* cpu, DecodedInstruction* op)
    {
        Flags.SetCarry(ref *cpu, true);
        return op + 1;
    }

    [Instruction(Code.Cmc)]
    public static DecodedInstruction* Cmc(CpuState* cpu, DecodedInstruction* op)
    {
        Flags.SetCarry(ref *cpu, !Flags.IsCarry(in *cpu));
        return op + 1;
    }

    [Instruction(Code.Cld)]
    public static DecodedInstruction* Cld(CpuState* cpu, DecodedInstruction* op)
    {
        cpu->SystemFlags &= ~Flags.Direction;
        return op + 1;
    }

    [Instruction(Code.Std)]
    public static DecodedInstruction* Std(CpuState* cpu, DecodedInstruction* op)
    {
        cpu->SystemFlags |= Flags.Direction;
        return op + 1;
    }

    [Instruction(Code.Lahf)]
    public static DecodedInstruction* Lahf(CpuState* cpu, DecodedInstruction* op)
    {
        ulong flags = (Flags.Arithmetic(in *cpu) & StatusFlags) | Flags.AlwaysOne;
        ulong rax = cpu->Registers[GeneralRegister.Rax];
        cpu->Registers[GeneralRegister.Rax] = (rax & ~0xff00ul) | (flags << 8);
        return op + 1;
    }

    [Instruction(Code.Sahf)]
    public static DecodedInstruction* Sahf(CpuState* cpu, DecodedInstruction* op)
    {
        ulong ah = (cpu->Registers[GeneralRegister.Rax] >> 8) & StatusFlags;
        Flags.SetArithmetic(ref *cpu, (Flags.Arithmetic(in *cpu) & Flags.Overflow) | ah);
        return op + 1;
    }

    [Instruction(Code.Nopw, Code.Nopd, Code.Nopq, Code.Nop_rm16, Code.Nop_rm32, Code.Nop_rm64, Code.Pause)]
    [Instruction(Code.Endbr64, Code.Endbr32, Code.Lfence, Code.Mfence, Code.Sfence, Code.Clflush_m8)]
    [Instruction(Code.Prefetchnta_m8, Code.Prefetcht0_m8, Code.Prefetcht1_m8, Code.Prefetcht2_m8, Code.Prefetchw_m8)]
    [Instruction(Code.Reservednop_rm16_r16_0F18, Code.Reservednop_rm32_r32_0F18, Code.Reservednop_rm64_r64_0F18)]
    [Instruction(Code.Reservednop_rm16_r16_0F1E, Code.Reservednop_rm32_r32_0F1E, Code.Reservednop_rm64_r64_0F1E)]
    [Instruction(Code.Rdsspd_r32, Code.Rdsspq_r64)]
    public static DecodedInstruction* Nop(CpuState* cpu, DecodedInstruction* op) => op + 1;
}
