using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>FXSAVE, FXRSTOR, MXCSR and the x87 control word. The x87 stack itself is not there and saves as empty.</summary>
internal static unsafe class SseEnvironment
{
    private const int ImageBytes = 512;
    private const int MxcsrOffset = 24;
    private const int MxcsrMaskOffset = 28;
    private const int XmmOffset = 160;

    [Instruction(Code.Fxsave_m512byte, Code.Fxsave64_m512byte)]
    public static DecodedInstruction* Fxsave(CpuState* cpu, DecodedInstruction* op)
    {
        byte* image = Image(cpu, op, write: true);
        if (image == null)
        {
            return null;
        }

        // Bytes 464-511 belong to the program.
        new Span<byte>(image, XmmOffset + (16 * sizeof(UInt128))).Clear();
        *(ushort*)image = cpu->X87ControlWord;
        *(uint*)(image + MxcsrOffset) = cpu->Mxcsr;
        *(uint*)(image + MxcsrMaskOffset) = Sse.MxcsrMask;
        new ReadOnlySpan<byte>(&cpu->Xmm, sizeof(XmmRegisters)).CopyTo(new Span<byte>(image + XmmOffset, sizeof(XmmRegisters)));
        MemoryAccess.Commit(cpu, image, ImageBytes);
        return op + 1;
    }

    [Instruction(Code.Fxrstor_m512byte, Code.Fxrstor64_m512byte)]
    public static DecodedInstruction* Fxrstor(CpuState* cpu, DecodedInstruction* op)
    {
        byte* image = Image(cpu, op, write: false);
        if (image == null)
        {
            return null;
        }

        uint mxcsr = *(uint*)(image + MxcsrOffset);
        if ((mxcsr & ~Sse.MxcsrMask) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->Mxcsr = mxcsr;
        cpu->X87ControlWord = *(ushort*)image;
        new ReadOnlySpan<byte>(image + XmmOffset, sizeof(XmmRegisters)).CopyTo(new Span<byte>(&cpu->Xmm, sizeof(XmmRegisters)));
        return op + 1;
    }

    [Instruction(Code.Ldmxcsr_m32)]
    public static DecodedInstruction* Ldmxcsr(CpuState* cpu, DecodedInstruction* op)
    {
        if (!Sse.IsAvailable(cpu, op) || !MemoryOperand.TryRead<uint>(cpu, op, 0, out ulong value))
        {
            return null;
        }

        if ((value & ~(ulong)Sse.MxcsrMask) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->Mxcsr = (uint)value;
        return op + 1;
    }

    [Instruction(Code.Stmxcsr_m32)]
    public static DecodedInstruction* Stmxcsr(CpuState* cpu, DecodedInstruction* op) =>
        Sse.IsAvailable(cpu, op) && MemoryOperand.TryWrite<uint>(cpu, op, 0, cpu->Mxcsr) ? op + 1 : null;

    [Instruction(Code.Fninit)]
    public static DecodedInstruction* Fninit(CpuState* cpu, DecodedInstruction* op)
    {
        if (!IsX87Available(cpu, op))
        {
            return null;
        }

        cpu->X87ControlWord = Sse.X87ControlWordReset;
        return op + 1;
    }

    [Instruction(Code.Fnstcw_m2byte)]
    public static DecodedInstruction* Fnstcw(CpuState* cpu, DecodedInstruction* op) =>
        IsX87Available(cpu, op) && MemoryOperand.TryWrite<ushort>(cpu, op, 0, cpu->X87ControlWord) ? op + 1 : null;

    [Instruction(Code.Fldcw_m2byte)]
    public static DecodedInstruction* Fldcw(CpuState* cpu, DecodedInstruction* op)
    {
        if (!IsX87Available(cpu, op) || !MemoryOperand.TryRead<ushort>(cpu, op, 0, out ulong value))
        {
            return null;
        }

        cpu->X87ControlWord = (ushort)value;
        return op + 1;
    }

    /// <summary>Host address of the 512-byte image, which must be aligned to 16; null after a fault.</summary>
    private static byte* Image(CpuState* cpu, DecodedInstruction* op, bool write)
    {
        if (!IsX87Available(cpu, op))
        {
            return null;
        }

        ulong address = MemoryOperand.Address(cpu, op);
        if ((address & 15) != 0)
        {
            Step.GeneralProtection(cpu, op);
            return null;
        }

        return write
            ? MemoryAccess.Writable(cpu, op, address, ImageBytes)
            : MemoryAccess.Readable(cpu, op, address, ImageBytes);
    }

    private static bool IsX87Available(CpuState* cpu, DecodedInstruction* op)
    {
        if ((cpu->Cr0 & (Cr0.Emulation | Cr0.TaskSwitched)) == 0)
        {
            return true;
        }

        Step.Fault(cpu, op, ExceptionVector.DeviceNotAvailable);
        return false;
    }
}
