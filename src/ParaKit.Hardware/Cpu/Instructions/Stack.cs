using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>PUSH, POP, ENTER and LEAVE.</summary>
internal static unsafe class Stack
{
    private static readonly ushort s_rsp = StateOffset.General((int)GeneralRegister.Rsp);

    [Instruction(Code.Push_r16, Code.Push_r64, Code.Push_rm16, Code.Push_rm64)]
    public static DecodedInstruction* Push<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand =>
        TFirst.TryRead<T>(cpu, op, op->First, out ulong value) && TryPush<T>(cpu, op, value) ? op + 1 : null;

    [Instruction(Code.Pushq_imm8, Code.Pushq_imm32)]
    public static DecodedInstruction* PushImmediate(CpuState* cpu, DecodedInstruction* op) =>
        TryPush<ulong>(cpu, op, op->Immediate) ? op + 1 : null;

    [Instruction(Code.Pushw_imm8, Code.Push_imm16)]
    public static DecodedInstruction* PushImmediate16(CpuState* cpu, DecodedInstruction* op) =>
        TryPush<ushort>(cpu, op, op->Immediate) ? op + 1 : null;

    [Instruction(Code.Pop_r16, Code.Pop_r64, Code.Pop_rm16, Code.Pop_rm64)]
    public static DecodedInstruction* Pop<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        if (!TryReadStack<T>(cpu, op, stack, out ulong value))
        {
            return null;
        }

        // RSP moves first: a memory destination is addressed with the new value, and POP RSP overwrites it.
        cpu->Registers[GeneralRegister.Rsp] = stack + (uint)sizeof(T);
        if (!TFirst.TryWrite<T>(cpu, op, op->First, value))
        {
            cpu->Registers[GeneralRegister.Rsp] = stack;
            return null;
        }

        return op + 1;
    }

    [Instruction(Code.Leaveq)]
    public static DecodedInstruction* Leave(CpuState* cpu, DecodedInstruction* op)
    {
        ulong frame = cpu->Registers[GeneralRegister.Rbp];
        if (!TryReadStack<ulong>(cpu, op, frame, out ulong previous))
        {
            return null;
        }

        cpu->Registers[GeneralRegister.Rsp] = frame + sizeof(ulong);
        cpu->Registers[GeneralRegister.Rbp] = previous;
        return op + 1;
    }

    [Instruction(Code.Enterq_imm16_imm8)]
    public static DecodedInstruction* Enter(CpuState* cpu, DecodedInstruction* op)
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        ulong frame = cpu->Registers[GeneralRegister.Rbp];
        int level = op->Extra & 31;
        ulong newFrame = stack - sizeof(ulong);
        bool done = TryPush<ulong>(cpu, op, frame);
        for (int i = 1; done && i < level; i++)
        {
            frame -= sizeof(ulong);
            done = TryReadStack<ulong>(cpu, op, frame, out ulong link) && TryPush<ulong>(cpu, op, link);
        }

        done = done && (level == 0 || TryPush<ulong>(cpu, op, newFrame));
        if (!done)
        {
            cpu->Registers[GeneralRegister.Rsp] = stack;
            return null;
        }

        cpu->Registers[GeneralRegister.Rbp] = newFrame;
        cpu->Registers[GeneralRegister.Rsp] -= (ushort)op->Immediate;
        return op + 1;
    }

    /// <summary>Pushes; false after a fault, with RSP unchanged.</summary>
    public static bool TryPush<T>(CpuState* cpu, DecodedInstruction* op, ulong value)
        where T : unmanaged
    {
        ulong* rsp = (ulong*)((byte*)cpu + s_rsp);
        ulong stack = *rsp - (uint)sizeof(T);
        byte* place = StackAccess.Writable(cpu, op, stack, sizeof(T));
        if (place == null)
        {
            return false;
        }

        *rsp = stack;
        MemoryAccess.Close<T>(cpu, place, value);
        return true;
    }

    /// <summary>Reads from the stack segment; false after a fault.</summary>
    public static bool TryReadStack<T>(CpuState* cpu, DecodedInstruction* op, ulong linear, out ulong value)
        where T : unmanaged
    {
        byte* place = StackAccess.Readable(cpu, op, linear, sizeof(T));
        value = place != null ? Width.Load<T>(place) : 0;
        return place != null;
    }
}
