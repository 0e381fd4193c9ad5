using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParaKit.Hardware.Cpu;

/// <summary>What SSE instructions have in common. Intel SDM vol. 1, "Programming with Intel SSE".</summary>
internal static unsafe class Sse
{
    public const uint MxcsrReset = 0x1f80;
    public const uint MxcsrMask = 0xffff;
    public const ushort X87ControlWordReset = 0x37f;

    /// <summary>The sticky exception flags of MXCSR. They are kept but never set by arithmetic.</summary>
    private const uint MxcsrStatus = 0x3f;

    /// <summary>False after #UD or #NM, by CR0.EM, CR0.TS and CR4.OSFXSR.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAvailable(CpuState* cpu, DecodedInstruction* op) =>
        ((cpu->Cr0 & (Cr0.Emulation | Cr0.TaskSwitched)) | (~cpu->Cr4 & Cr4.OsFxsr)) == 0 || Refuse(cpu, op);

    /// <summary>As <see cref="IsAvailable"/>, for arithmetic: only MXCSR's default rounding and masks are there, others stop the run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsArithmeticAvailable(CpuState* cpu, DecodedInstruction* op) =>
        IsAvailable(cpu, op) && ((cpu->Mxcsr & ~MxcsrStatus) == MxcsrReset || RefuseRounding(cpu, op));

    /// <summary>A 16-byte source operand; memory must be aligned. Null after a fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Source<TOperand>(CpuState* cpu, DecodedInstruction* op, ushort register)
        where TOperand : struct, IOperand
    {
        if (typeof(TOperand) != typeof(MemoryOperand))
        {
            return (byte*)cpu + register;
        }

        ulong address = MemoryOperand.Address(cpu, op);
        if ((address & 15) != 0)
        {
            Step.GeneralProtection(cpu, op);
            return null;
        }

        return MemoryAccess.Readable(cpu, op, address, sizeof(UInt128));
    }

    /// <summary>A source of <paramref name="size"/> bytes without alignment. Null after a fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* UnalignedSource<TOperand>(CpuState* cpu, DecodedInstruction* op, ushort register, int size)
        where TOperand : struct, IOperand =>
        typeof(TOperand) != typeof(MemoryOperand)
            ? (byte*)cpu + register
            : MemoryAccess.Readable(cpu, op, MemoryOperand.Address(cpu, op), size);

    /// <summary>The XMM register at an offset of the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref Vector128<T> Register<T>(CpuState* cpu, ushort register)
        where T : unmanaged => ref *(Vector128<T>*)((byte*)cpu + register);

    private static bool Refuse(CpuState* cpu, DecodedInstruction* op)
    {
        bool undefined = (cpu->Cr0 & Cr0.Emulation) != 0 || (cpu->Cr4 & Cr4.OsFxsr) == 0;
        Step.Fault(cpu, op, undefined ? ExceptionVector.InvalidOpcode : ExceptionVector.DeviceNotAvailable);
        return false;
    }

    private static bool RefuseRounding(CpuState* cpu, DecodedInstruction* op)
    {
        ControlTransfer.Missing(cpu, op);
        return false;
    }
}
