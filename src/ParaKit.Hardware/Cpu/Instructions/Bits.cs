using System.Numerics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Bit tests, scans and counts.</summary>
internal static unsafe class Bits
{
    /// <summary>What BT, BTS, BTR and BTC do to the bit.</summary>
    internal interface IBitChange
    {
        static abstract bool Writes { get; }

        static abstract ulong Apply(ulong value, ulong bit);
    }

    internal readonly struct Keep : IBitChange
    {
        public static bool Writes => false;

        public static ulong Apply(ulong value, ulong bit) => value;
    }

    internal readonly struct Set : IBitChange
    {
        public static bool Writes => true;

        public static ulong Apply(ulong value, ulong bit) => value | bit;
    }

    internal readonly struct Reset : IBitChange
    {
        public static bool Writes => true;

        public static ulong Apply(ulong value, ulong bit) => value & ~bit;
    }

    internal readonly struct Complement : IBitChange
    {
        public static bool Writes => true;

        public static ulong Apply(ulong value, ulong bit) => value ^ bit;
    }

    [Instruction<Keep>(Code.Bt_rm16_imm8, Code.Bt_rm32_imm8, Code.Bt_rm64_imm8)]
    [Instruction<Set>(Code.Bts_rm16_imm8, Code.Bts_rm32_imm8, Code.Bts_rm64_imm8)]
    [Instruction<Reset>(Code.Btr_rm16_imm8, Code.Btr_rm32_imm8, Code.Btr_rm64_imm8)]
    [Instruction<Complement>(Code.Btc_rm16_imm8, Code.Btc_rm32_imm8, Code.Btc_rm64_imm8)]
    public static DecodedInstruction* BtImmediate<TChange, T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TChange : struct, IBitChange
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (!TChange.Writes)
        {
            if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong value))
            {
                return null;
            }

            Test<TChange, T>(cpu, value, op->Immediate);
            return op + 1;
        }

        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        TFirst.Close<T>(cpu, place, Test<TChange, T>(cpu, Width.Load<T>(place), op->Immediate));
        return op + 1;
    }

    [Instruction<Keep>(Code.Bt_rm16_r16, Code.Bt_rm32_r32, Code.Bt_rm64_r64)]
    [Instruction<Set>(Code.Bts_rm16_r16, Code.Bts_rm32_r32, Code.Bts_rm64_r64)]
    [Instruction<Reset>(Code.Btr_rm16_r16, Code.Btr_rm32_r32, Code.Btr_rm64_r64)]
    [Instruction<Complement>(Code.Btc_rm16_r16, Code.Btc_rm32_r32, Code.Btc_rm64_r64)]
    public static DecodedInstruction* BtRegister<TChange, T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TChange : struct, IBitChange
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        ulong index = Width.Load<T>((byte*)cpu + op->Second);
        byte* place;
        if (typeof(TFirst) == typeof(MemoryOperand))
        {
            // The index is signed and reaches beyond the operand: the address moves by whole operands.
            long distance = ((long)Width.SignExtend<T>(index) >> BitOperations.Log2((uint)Width.Bits<T>())) * sizeof(T);
            ulong address = MemoryOperand.Address(cpu, op) + (ulong)distance;
            place = TChange.Writes
                ? MemoryAccess.Writable(cpu, op, address, sizeof(T))
                : MemoryAccess.Readable(cpu, op, address, sizeof(T));
        }
        else
        {
            place = (byte*)cpu + op->First;
        }

        if (place == null)
        {
            return null;
        }

        ulong result = Test<TChange, T>(cpu, Width.Load<T>(place), index);
        if (TChange.Writes)
        {
            TFirst.Close<T>(cpu, place, result);
        }

        return op + 1;
    }

    [Instruction(Code.Bsf_r16_rm16, Code.Bsf_r32_rm32, Code.Bsf_r64_rm64)]
    public static DecodedInstruction* Bsf<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        if (value != 0)
        {
            RegisterOperand.TryWrite<T>(cpu, op, op->First, (ulong)BitOperations.TrailingZeroCount(value));
        }

        SetScanFlags(cpu, value);
        return op + 1;
    }

    [Instruction(Code.Bsr_r16_rm16, Code.Bsr_r32_rm32, Code.Bsr_r64_rm64)]
    public static DecodedInstruction* Bsr<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        if (value != 0)
        {
            RegisterOperand.TryWrite<T>(cpu, op, op->First, (ulong)BitOperations.Log2(value));
        }

        SetScanFlags(cpu, value);
        return op + 1;
    }

    [Instruction(Code.Tzcnt_r16_rm16, Code.Tzcnt_r32_rm32, Code.Tzcnt_r64_rm64)]
    public static DecodedInstruction* Tzcnt<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        ulong count = value == 0 ? (ulong)Width.Bits<T>() : (ulong)BitOperations.TrailingZeroCount(value);
        return WriteCount<T>(cpu, op, count, value == 0);
    }

    [Instruction(Code.Lzcnt_r16_rm16, Code.Lzcnt_r32_rm32, Code.Lzcnt_r64_rm64)]
    public static DecodedInstruction* Lzcnt<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        ulong count = (ulong)(BitOperations.LeadingZeroCount(value) - (64 - Width.Bits<T>()));
        return WriteCount<T>(cpu, op, count, value == 0);
    }

    [Instruction(Code.Popcnt_r16_rm16, Code.Popcnt_r32_rm32, Code.Popcnt_r64_rm64)]
    public static DecodedInstruction* Popcnt<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        RegisterOperand.TryWrite<T>(cpu, op, op->First, (ulong)BitOperations.PopCount(value));
        // All flags but ZF are cleared, PF included.
        Flags.SetArithmetic(ref *cpu, value == 0 ? Flags.Zero : 0);
        return op + 1;
    }

    private static ulong Test<TChange, T>(CpuState* cpu, ulong value, ulong index)
        where TChange : struct, IBitChange
        where T : unmanaged
    {
        ulong bit = 1ul << ((int)index & (Width.Bits<T>() - 1));
        Flags.SetCarry(ref *cpu, (value & bit) != 0);
        return TChange.Apply(value, bit);
    }

    /// <summary>ZF says that the source was zero; the rest is undefined and stays.</summary>
    private static void SetScanFlags(CpuState* cpu, ulong value) => Flags.SetArithmetic(
        ref *cpu, (Flags.Arithmetic(in *cpu) & ~Flags.Zero) | (value == 0 ? Flags.Zero : 0));

    private static DecodedInstruction* WriteCount<T>(CpuState* cpu, DecodedInstruction* op, ulong count, bool wasZero)
        where T : unmanaged
    {
        RegisterOperand.TryWrite<T>(cpu, op, op->First, count);
        Flags.SetArithmetic(
            ref *cpu,
            (Flags.Arithmetic(in *cpu) & ~(Flags.Zero | Flags.Carry))
                | (wasZero ? Flags.Carry : 0) | (count == 0 ? Flags.Zero : 0));
        return op + 1;
    }
}
