using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>XADD, CMPXCHG and CMPXCHG8B/16B. One processor runs at a time, so LOCK needs nothing more.</summary>
internal static unsafe class Atomics
{
    [Instruction(Code.Xadd_rm8_r8, Code.Xadd_rm16_r16, Code.Xadd_rm32_r32, Code.Xadd_rm64_r64)]
    public static DecodedInstruction* Xadd<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong second = Width.Load<T>((byte*)cpu + op->Second);
        ulong result = Width.Truncate<T>(first + second);
        Flags.SetAdd<T>(cpu, first, second, result);
        RegisterOperand.TryWrite<T>(cpu, op, op->Second, first);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Cmpxchg_rm8_r8, Code.Cmpxchg_rm16_r16, Code.Cmpxchg_rm32_r32, Code.Cmpxchg_rm64_r64)]
    public static DecodedInstruction* Cmpxchg<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        ushort rax = StateOffset.General((int)GeneralRegister.Rax);
        ulong accumulator = Width.Load<T>((byte*)cpu + rax);
        ulong current = Width.Load<T>(place);
        Flags.SetSubtract<T>(cpu, accumulator, current, Width.Truncate<T>(accumulator - current));
        if (accumulator == current)
        {
            TFirst.Close<T>(cpu, place, Width.Load<T>((byte*)cpu + op->Second));
        }
        else
        {
            // The destination is written back unchanged; a 32-bit register keeps its upper half.
            RegisterOperand.TryWrite<T>(cpu, op, rax, current);
            Width.Store<T>(place, current);
        }

        return op + 1;
    }

    [Instruction(Code.Cmpxchg8b_m64)]
    public static DecodedInstruction* Cmpxchg8b(CpuState* cpu, DecodedInstruction* op)
    {
        byte* place = MemoryAccess.Writable(cpu, op, MemoryOperand.Address(cpu, op), sizeof(ulong));
        if (place == null)
        {
            return null;
        }

        ref GeneralRegisters registers = ref cpu->Registers;
        ulong current = *(ulong*)place;
        ulong expected = (registers[GeneralRegister.Rdx] << 32) | (uint)registers[GeneralRegister.Rax];
        bool equal = current == expected;
        if (equal)
        {
            ulong value = (registers[GeneralRegister.Rcx] << 32) | (uint)registers[GeneralRegister.Rbx];
            MemoryAccess.Close<ulong>(cpu, place, value);
        }
        else
        {
            registers[GeneralRegister.Rax] = (uint)current;
            registers[GeneralRegister.Rdx] = current >> 32;
        }

        SetZero(cpu, equal);
        return op + 1;
    }

    [Instruction(Code.Cmpxchg16b_m128)]
    public static DecodedInstruction* Cmpxchg16b(CpuState* cpu, DecodedInstruction* op)
    {
        ulong address = MemoryOperand.Address(cpu, op);
        if ((address & 15) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        byte* place = MemoryAccess.Writable(cpu, op, address, sizeof(UInt128));
        if (place == null)
        {
            return null;
        }

        ref GeneralRegisters registers = ref cpu->Registers;
        ulong* halves = (ulong*)place;
        bool equal = halves[0] == registers[GeneralRegister.Rax] && halves[1] == registers[GeneralRegister.Rdx];
        if (equal)
        {
            halves[0] = registers[GeneralRegister.Rbx];
            halves[1] = registers[GeneralRegister.Rcx];
        }
        else
        {
            registers[GeneralRegister.Rax] = halves[0];
            registers[GeneralRegister.Rdx] = halves[1];
        }

        SetZero(cpu, equal);
        return op + 1;
    }

    private static void SetZero(CpuState* cpu, bool zero) => Flags.SetArithmetic(
        ref *cpu, (Flags.Arithmetic(in *cpu) & ~Flags.Zero) | (zero ? Flags.Zero : 0));
}
