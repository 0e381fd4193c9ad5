using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Jcc, SETcc and CMOVcc.</summary>
internal static unsafe class Conditional
{
    [Instruction<Condition.Overflow>(Code.Jo_rel8_64, Code.Jo_rel32_64)]
    [Instruction<Condition.Not<Condition.Overflow>>(Code.Jno_rel8_64, Code.Jno_rel32_64)]
    [Instruction<Condition.Below>(Code.Jb_rel8_64, Code.Jb_rel32_64)]
    [Instruction<Condition.Not<Condition.Below>>(Code.Jae_rel8_64, Code.Jae_rel32_64)]
    [Instruction<Condition.Equal>(Code.Je_rel8_64, Code.Je_rel32_64)]
    [Instruction<Condition.Not<Condition.Equal>>(Code.Jne_rel8_64, Code.Jne_rel32_64)]
    [Instruction<Condition.BelowOrEqual>(Code.Jbe_rel8_64, Code.Jbe_rel32_64)]
    [Instruction<Condition.Not<Condition.BelowOrEqual>>(Code.Ja_rel8_64, Code.Ja_rel32_64)]
    [Instruction<Condition.Sign>(Code.Js_rel8_64, Code.Js_rel32_64)]
    [Instruction<Condition.Not<Condition.Sign>>(Code.Jns_rel8_64, Code.Jns_rel32_64)]
    [Instruction<Condition.Parity>(Code.Jp_rel8_64, Code.Jp_rel32_64)]
    [Instruction<Condition.Not<Condition.Parity>>(Code.Jnp_rel8_64, Code.Jnp_rel32_64)]
    [Instruction<Condition.Less>(Code.Jl_rel8_64, Code.Jl_rel32_64)]
    [Instruction<Condition.Not<Condition.Less>>(Code.Jge_rel8_64, Code.Jge_rel32_64)]
    [Instruction<Condition.LessOrEqual>(Code.Jle_rel8_64, Code.Jle_rel32_64)]
    [Instruction<Condition.Not<Condition.LessOrEqual>>(Code.Jg_rel8_64, Code.Jg_rel32_64)]
    public static DecodedInstruction* Jcc<TCondition>(CpuState* cpu, DecodedInstruction* op)
        where TCondition : struct, ICondition =>
        TCondition.Holds(cpu) ? Step.Branch(cpu, op) : Step.FallThrough(cpu, op);

    [Instruction<Condition.Overflow>(Code.Seto_rm8)]
    [Instruction<Condition.Not<Condition.Overflow>>(Code.Setno_rm8)]
    [Instruction<Condition.Below>(Code.Setb_rm8)]
    [Instruction<Condition.Not<Condition.Below>>(Code.Setae_rm8)]
    [Instruction<Condition.Equal>(Code.Sete_rm8)]
    [Instruction<Condition.Not<Condition.Equal>>(Code.Setne_rm8)]
    [Instruction<Condition.BelowOrEqual>(Code.Setbe_rm8)]
    [Instruction<Condition.Not<Condition.BelowOrEqual>>(Code.Seta_rm8)]
    [Instruction<Condition.Sign>(Code.Sets_rm8)]
    [Instruction<Condition.Not<Condition.Sign>>(Code.Setns_rm8)]
    [Instruction<Condition.Parity>(Code.Setp_rm8)]
    [Instruction<Condition.Not<Condition.Parity>>(Code.Setnp_rm8)]
    [Instruction<Condition.Less>(Code.Setl_rm8)]
    [Instruction<Condition.Not<Condition.Less>>(Code.Setge_rm8)]
    [Instruction<Condition.LessOrEqual>(Code.Setle_rm8)]
    [Instruction<Condition.Not<Condition.LessOrEqual>>(Code.Setg_rm8)]
    public static DecodedInstruction* Setcc<TCondition, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TCondition : struct, ICondition
        where TFirst : struct, IOperand =>
        TFirst.TryWrite<byte>(cpu, op, op->First, TCondition.Holds(cpu) ? 1ul : 0ul) ? op + 1 : null;

    [Instruction<Condition.Overflow>(Code.Cmovo_r16_rm16, Code.Cmovo_r32_rm32, Code.Cmovo_r64_rm64)]
    [Instruction<Condition.Not<Condition.Overflow>>(Code.Cmovno_r16_rm16, Code.Cmovno_r32_rm32, Code.Cmovno_r64_rm64)]
    [Instruction<Condition.Below>(Code.Cmovb_r16_rm16, Code.Cmovb_r32_rm32, Code.Cmovb_r64_rm64)]
    [Instruction<Condition.Not<Condition.Below>>(Code.Cmovae_r16_rm16, Code.Cmovae_r32_rm32, Code.Cmovae_r64_rm64)]
    [Instruction<Condition.Equal>(Code.Cmove_r16_rm16, Code.Cmove_r32_rm32, Code.Cmove_r64_rm64)]
    [Instruction<Condition.Not<Condition.Equal>>(Code.Cmovne_r16_rm16, Code.Cmovne_r32_rm32, Code.Cmovne_r64_rm64)]
    [Instruction<Condition.BelowOrEqual>(Code.Cmovbe_r16_rm16, Code.Cmovbe_r32_rm32, Code.Cmovbe_r64_rm64)]
    [Instruction<Condition.Not<Condition.BelowOrEqual>>(Code.Cmova_r16_rm16, Code.Cmova_r32_rm32, Code.Cmova_r64_rm64)]
    [Instruction<Condition.Sign>(Code.Cmovs_r16_rm16, Code.Cmovs_r32_rm32, Code.Cmovs_r64_rm64)]
    [Instruction<Condition.Not<Condition.Sign>>(Code.Cmovns_r16_rm16, Code.Cmovns_r32_rm32, Code.Cmovns_r64_rm64)]
    [Instruction<Condition.Parity>(Code.Cmovp_r16_rm16, Code.Cmovp_r32_rm32, Code.Cmovp_r64_rm64)]
    [Instruction<Condition.Not<Condition.Parity>>(Code.Cmovnp_r16_rm16, Code.Cmovnp_r32_rm32, Code.Cmovnp_r64_rm64)]
    [Instruction<Condition.Less>(Code.Cmovl_r16_rm16, Code.Cmovl_r32_rm32, Code.Cmovl_r64_rm64)]
    [Instruction<Condition.Not<Condition.Less>>(Code.Cmovge_r16_rm16, Code.Cmovge_r32_rm32, Code.Cmovge_r64_rm64)]
    [Instruction<Condition.LessOrEqual>(Code.Cmovle_r16_rm16, Code.Cmovle_r32_rm32, Code.Cmovle_r64_rm64)]
    [Instruction<Condition.Not<Condition.LessOrEqual>>(Code.Cmovg_r16_rm16, Code.Cmovg_r32_rm32, Code.Cmovg_r64_rm64)]
    public static DecodedInstruction* Cmovcc<TCondition, T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TCondition : struct, ICondition
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        // The source is read, and may fault, whether or not the condition holds; a 32-bit form always clears the upper half.
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        value = TCondition.Holds(cpu) ? value : Width.Load<T>((byte*)cpu + op->First);
        RegisterOperand.TryWrite<T>(cpu, op, op->First, value);
        return op + 1;
    }
}
