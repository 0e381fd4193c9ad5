using System.Buffers.Binary;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Moves between registers, memory and immediates.</summary>
internal static unsafe class DataTransfer
{
    [Instruction(Code.Mov_rm8_r8, Code.Mov_rm16_r16, Code.Mov_rm32_r32, Code.Mov_rm64_r64)]
    [Instruction(Code.Mov_r8_rm8, Code.Mov_r16_rm16, Code.Mov_r32_rm32, Code.Mov_r64_rm64)]
    [Instruction(Code.Mov_r8_imm8, Code.Mov_r16_imm16, Code.Mov_r32_imm32, Code.Mov_r64_imm64)]
    [Instruction(Code.Mov_rm8_imm8, Code.Mov_rm16_imm16, Code.Mov_rm32_imm32, Code.Mov_rm64_imm32)]
    [Instruction(Code.Mov_AL_moffs8, Code.Mov_AX_moffs16, Code.Mov_EAX_moffs32, Code.Mov_RAX_moffs64)]
    [Instruction(Code.Mov_moffs8_AL, Code.Mov_moffs16_AX, Code.Mov_moffs32_EAX, Code.Mov_moffs64_RAX)]
    [Instruction(Code.Movnti_m32_r32, Code.Movnti_m64_r64)]
    public static DecodedInstruction* Mov<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand =>
        TSecond.TryRead<T>(cpu, op, op->Second, out ulong value) && TFirst.TryWrite<T>(cpu, op, op->First, value)
            ? op + 1
            : null;

    [Instruction(Code.Movzx_r16_rm8, Code.Movzx_r32_rm8, Code.Movzx_r64_rm8)]
    [Instruction(Code.Movzx_r16_rm16, Code.Movzx_r32_rm16, Code.Movzx_r64_rm16)]
    public static DecodedInstruction* Movzx<T, TOther, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TOther : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<TOther>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        RegisterOperand.TryWrite<T>(cpu, op, op->First, value);
        return op + 1;
    }

    [Instruction(Code.Movsx_r16_rm8, Code.Movsx_r32_rm8, Code.Movsx_r64_rm8)]
    [Instruction(Code.Movsx_r16_rm16, Code.Movsx_r32_rm16, Code.Movsx_r64_rm16)]
    [Instruction(Code.Movsxd_r16_rm16, Code.Movsxd_r32_rm32, Code.Movsxd_r64_rm32)]
    public static DecodedInstruction* Movsx<T, TOther, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TOther : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<TOther>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        RegisterOperand.TryWrite<T>(cpu, op, op->First, Width.SignExtend<TOther>(value));
        return op + 1;
    }

    [Instruction(Code.Lea_r16_m, Code.Lea_r32_m, Code.Lea_r64_m)]
    public static DecodedInstruction* Lea<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        RegisterOperand.TryWrite<T>(cpu, op, op->First, MemoryOperand.Address(cpu, op));
        return op + 1;
    }

    [Instruction(Code.Xchg_rm8_r8, Code.Xchg_rm16_r16, Code.Xchg_rm32_r32, Code.Xchg_rm64_r64)]
    [Instruction(Code.Xchg_r16_AX, Code.Xchg_r32_EAX, Code.Xchg_r64_RAX)]
    public static DecodedInstruction* Xchg<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        TSecond.TryRead<T>(cpu, op, op->Second, out ulong second);
        TSecond.TryWrite<T>(cpu, op, op->Second, first);
        TFirst.Close<T>(cpu, place, second);
        return op + 1;
    }

    [Instruction(Code.Bswap_r16, Code.Bswap_r32, Code.Bswap_r64)]
    public static DecodedInstruction* Bswap<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        ulong value = Width.Load<T>((byte*)cpu + op->First);
        // The 16-bit form is undefined; processors clear the register.
        ulong result = sizeof(T) switch
        {
            sizeof(ulong) => BinaryPrimitives.ReverseEndianness(value),
            sizeof(uint) => BinaryPrimitives.ReverseEndianness((uint)value),
            _ => 0,
        };
        RegisterOperand.TryWrite<T>(cpu, op, op->First, result);
        return op + 1;
    }

    [Instruction(Code.Xlat_m8)]
    public static DecodedInstruction* Xlat(CpuState* cpu, DecodedInstruction* op)
    {
        // Iced gives the operand as [RBX + AL]; the index is a byte, so the address is made here.
        ulong rax = cpu->Registers[GeneralRegister.Rax];
        ulong address = *(ulong*)((byte*)cpu + op->Base) + (byte)rax;
        if (!MemoryAccess.TryRead<byte>(cpu, op, address, out ulong value))
        {
            return null;
        }

        cpu->Registers[GeneralRegister.Rax] = (rax & ~0xfful) | value;
        return op + 1;
    }

    [Instruction(Code.Cbw)]
    public static DecodedInstruction* Cbw(CpuState* cpu, DecodedInstruction* op) => ExtendRax<ushort, byte>(cpu, op);

    [Instruction(Code.Cwde)]
    public static DecodedInstruction* Cwde(CpuState* cpu, DecodedInstruction* op) => ExtendRax<uint, ushort>(cpu, op);

    [Instruction(Code.Cdqe)]
    public static DecodedInstruction* Cdqe(CpuState* cpu, DecodedInstruction* op) => ExtendRax<ulong, uint>(cpu, op);

    [Instruction(Code.Cwd)]
    public static DecodedInstruction* Cwd(CpuState* cpu, DecodedInstruction* op) => SignToRdx<ushort>(cpu, op);

    [Instruction(Code.Cdq)]
    public static DecodedInstruction* Cdq(CpuState* cpu, DecodedInstruction* op) => SignToRdx<uint>(cpu, op);

    [Instruction(Code.Cqo)]
    public static DecodedInstruction* Cqo(CpuState* cpu, DecodedInstruction* op) => SignToRdx<ulong>(cpu, op);

    private static DecodedInstruction* ExtendRax<T, TOther>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TOther : unmanaged
    {
        ulong value = Width.SignExtend<TOther>(cpu->Registers[GeneralRegister.Rax]);
        RegisterOperand.TryWrite<T>(cpu, op, StateOffset.General((int)GeneralRegister.Rax), value);
        return op + 1;
    }

    private static DecodedInstruction* SignToRdx<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        ulong sign = (ulong)((long)Width.SignExtend<T>(cpu->Registers[GeneralRegister.Rax]) >> 63);
        RegisterOperand.TryWrite<T>(cpu, op, StateOffset.General((int)GeneralRegister.Rdx), sign);
        return op + 1;
    }
}
