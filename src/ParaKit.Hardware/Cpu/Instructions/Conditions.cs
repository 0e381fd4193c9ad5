namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>A condition of Jcc, SETcc and CMOVcc. Intel SDM vol. 1, "EFLAGS Condition Codes".</summary>
internal unsafe interface ICondition
{
    static abstract bool Holds(CpuState* cpu);
}

/// <summary>The eight conditions and their negations, each a type so that every use is compiled for itself.</summary>
internal static unsafe class Condition
{
    public readonly struct Overflow : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsOverflow(in *cpu);
    }

    public readonly struct Below : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsCarry(in *cpu);
    }

    public readonly struct Equal : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsZero(in *cpu);
    }

    public readonly struct BelowOrEqual : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsCarry(in *cpu) || Flags.IsZero(in *cpu);
    }

    public readonly struct Sign : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsSign(in *cpu);
    }

    public readonly struct Parity : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsParity(in *cpu);
    }

    public readonly struct Less : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsSign(in *cpu) != Flags.IsOverflow(in *cpu);
    }

    public readonly struct LessOrEqual : ICondition
    {
        public static bool Holds(CpuState* cpu) => Flags.IsZero(in *cpu) || Less.Holds(cpu);
    }

    public readonly struct Not<TCondition> : ICondition
        where TCondition : struct, ICondition
    {
        public static bool Holds(CpuState* cpu) => !TCondition.Holds(cpu);
    }
}
