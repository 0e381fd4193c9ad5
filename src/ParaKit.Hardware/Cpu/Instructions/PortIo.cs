using Iced.Intel;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>IN and OUT. Intel SDM vol. 1, "I/O Privilege Level" and "I/O Permission Bit Map".</summary>
internal static unsafe class PortIo
{
    [Instruction(Code.In_AL_imm8, Code.In_AX_imm8, Code.In_EAX_imm8)]
    public static DecodedInstruction* InImmediate<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => In<T>(cpu, op, (byte)op->Immediate);

    [Instruction(Code.In_AL_DX, Code.In_AX_DX, Code.In_EAX_DX)]
    public static DecodedInstruction* InDx<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged => In<T>(cpu, op, (ushort)cpu->Registers[GeneralRegister.Rdx]);

    [Instruction(Code.Out_imm8_AL, Code.Out_imm8_AX, Code.Out_imm8_EAX)]
    public static DecodedInstruction* OutImmediate<TOther>(CpuState* cpu, DecodedInstruction* op)
        where TOther : unmanaged => Out<TOther>(cpu, op, (byte)op->Immediate);

    [Instruction(Code.Out_DX_AL, Code.Out_DX_AX, Code.Out_DX_EAX)]
    public static DecodedInstruction* OutDx<TOther>(CpuState* cpu, DecodedInstruction* op)
        where TOther : unmanaged => Out<TOther>(cpu, op, (ushort)cpu->Registers[GeneralRegister.Rdx]);

    private static DecodedInstruction* In<T>(CpuState* cpu, DecodedInstruction* op, ushort port)
        where T : unmanaged
    {
        Processor processor = Processor.Of(cpu);
        if (!TryBegin(cpu, op, processor, port, sizeof(T), isRead: true))
        {
            return null;
        }

        ulong value = processor.ReadPort(op, port, sizeof(T));
        RegisterOperand.TryWrite<T>(cpu, op, StateOffset.General((int)GeneralRegister.Rax), value);
        return Step.Leave(cpu, op);
    }

    private static DecodedInstruction* Out<T>(CpuState* cpu, DecodedInstruction* op, ushort port)
        where T : unmanaged
    {
        Processor processor = Processor.Of(cpu);
        if (!TryBegin(cpu, op, processor, port, sizeof(T), isRead: false))
        {
            return null;
        }

        processor.WritePort(op, port, sizeof(T), (uint)Width.Truncate<T>(cpu->Registers[GeneralRegister.Rax]));
        return Step.Leave(cpu, op);
    }

    /// <summary>Checks the privilege; false after a fault or an exit.</summary>
    private static bool TryBegin(CpuState* cpu, DecodedInstruction* op, Processor processor, ushort port, int width, bool isRead)
    {
        int privilege = (int)((cpu->SystemFlags & Flags.IoPrivilege) >> Flags.IoPrivilegeShift);
        if (cpu->Cpl > privilege && !processor.IsPortPermitted(port, width))
        {
            if (cpu->Stop.Kind == StopKind.Exception)
            {
                Step.Abandon(cpu, op);
            }
            else
            {
                Step.GeneralProtection(cpu, op);
            }

            return false;
        }

        if (processor.Controls.PortAccess)
        {
            cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = ExitReason.PortAccess, Address = port, Qualification = ExitQualification.OfPort(port, width, isRead) };
            Step.Abandon(cpu, op);
            return false;
        }

        return true;
    }
}
