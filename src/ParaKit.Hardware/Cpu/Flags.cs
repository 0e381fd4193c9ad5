using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// RFLAGS. The six arithmetic flags are kept as the last result and a word of carries, and become bits only when
/// somebody asks. Intel SDM vol. 1, "EFLAGS Register".
/// </summary>
/// <remarks>
/// <c>FlagsResult</c> is the result, sign-extended to 64 bits: ZF = it is zero, SF = its sign, PF = parity of its low byte.
/// <c>FlagsCarries</c>: bit 63 = carry out of the top bit (CF), bit 62 = carry into it (OF = 63 xor 62),
/// bit 3 = carry out of bit 3 (AF). To express combinations that no result has (POPF),
/// bit 32 inverts SF and bits 40-47 are exclusive-ored with the low byte before PF is taken.
/// </remarks>
public static class Flags
{
    /// <summary>CF</summary>
    public const ulong Carry = 1 << 0;

    /// <summary>Bit 1, always one.</summary>
    public const ulong AlwaysOne = 1 << 1;

    /// <summary>PF</summary>
    public const ulong Parity = 1 << 2;

    /// <summary>AF</summary>
    public const ulong Adjust = 1 << 4;

    /// <summary>ZF</summary>
    public const ulong Zero = 1 << 6;

    /// <summary>SF</summary>
    public const ulong Sign = 1 << 7;

    /// <summary>TF</summary>
    public const ulong Trap = 1 << 8;

    /// <summary>IF</summary>
    public const ulong Interrupt = 1 << 9;

    /// <summary>DF</summary>
    public const ulong Direction = 1 << 10;

    /// <summary>OF</summary>
    public const ulong Overflow = 1 << 11;

    /// <summary>IOPL, both bits.</summary>
    public const ulong IoPrivilege = 3 << IoPrivilegeShift;

    /// <summary>Position of IOPL.</summary>
    public const int IoPrivilegeShift = 12;

    /// <summary>NT</summary>
    public const ulong NestedTask = 1 << 14;

    /// <summary>RF</summary>
    public const ulong Resume = 1 << 16;

    /// <summary>VM</summary>
    public const ulong Virtual8086 = 1 << 17;

    /// <summary>AC</summary>
    public const ulong AlignmentCheck = 1 << 18;

    /// <summary>VIF</summary>
    public const ulong VirtualInterrupt = 1 << 19;

    /// <summary>VIP</summary>
    public const ulong VirtualInterruptPending = 1 << 20;

    /// <summary>ID</summary>
    public const ulong Identification = 1 << 21;

    /// <summary>CF, PF, AF, ZF, SF and OF.</summary>
    public const ulong ArithmeticMask = Carry | Parity | Adjust | Zero | Sign | Overflow;

    /// <summary>The other defined flags.</summary>
    public const ulong SystemMask = Trap | Interrupt | Direction | IoPrivilege | NestedTask | Resume | AlignmentCheck
        | VirtualInterrupt | VirtualInterruptPending | Identification;

    internal const ulong CarryOut = 1ul << 63;
    internal const ulong CarryIn = 1ul << 62;
    internal const ulong HalfCarry = 1ul << 3;
    private const ulong InvertSign = 1ul << 32;
    private const int ParityShift = 40;

    internal static bool IsCarry(in CpuState cpu) => (long)cpu.FlagsCarries < 0;

    internal static bool IsZero(in CpuState cpu) => cpu.FlagsResult == 0;

    internal static bool IsSign(in CpuState cpu) =>
        ((cpu.FlagsResult >> 63) ^ ((cpu.FlagsCarries >> 32) & 1)) != 0;

    internal static bool IsOverflow(in CpuState cpu) => (long)(cpu.FlagsCarries ^ (cpu.FlagsCarries << 1)) < 0;

    internal static bool IsParity(in CpuState cpu) =>
        (BitOperations.PopCount((byte)(cpu.FlagsResult ^ (cpu.FlagsCarries >> ParityShift))) & 1) == 0;

    internal static bool IsAdjust(in CpuState cpu) => (cpu.FlagsCarries & HalfCarry) != 0;

    /// <summary>The six arithmetic flags as RFLAGS bits.</summary>
    internal static ulong Arithmetic(in CpuState cpu) =>
        (IsCarry(in cpu) ? Carry : 0) | (IsParity(in cpu) ? Parity : 0) | (IsAdjust(in cpu) ? Adjust : 0)
        | (IsZero(in cpu) ? Zero : 0) | (IsSign(in cpu) ? Sign : 0) | (IsOverflow(in cpu) ? Overflow : 0);

    /// <summary>Sets the six arithmetic flags from RFLAGS bits.</summary>
    internal static void SetArithmetic(ref CpuState cpu, ulong flags)
    {
        bool carry = (flags & Carry) != 0;
        bool overflow = (flags & Overflow) != 0;
        ulong result = (flags & Zero) != 0 ? 0ul : 1ul << 8;
        ulong carries = (carry ? CarryOut : 0) | (carry != overflow ? CarryIn : 0);
        carries |= (flags & Adjust) != 0 ? HalfCarry : 0;
        carries |= (flags & Sign) != 0 ? InvertSign : 0;
        carries |= (flags & Parity) != 0 ? 0 : 1ul << ParityShift;
        cpu.FlagsResult = result;
        cpu.FlagsCarries = carries;
    }

    /// <summary>Changes CF alone.</summary>
    internal static void SetCarry(ref CpuState cpu, bool carry)
    {
        // OF is bit 63 xor bit 62, so both move together.
        if (carry != IsCarry(in cpu))
        {
            cpu.FlagsCarries ^= CarryOut | CarryIn;
        }
    }

    /// <summary>Replaces CF and OF; the others stay.</summary>
    internal static void SetCarryOverflow(ref CpuState cpu, bool carry, bool overflow) =>
        cpu.FlagsCarries = (cpu.FlagsCarries & ~(CarryOut | CarryIn))
            | (carry ? CarryOut : 0) | (carry != overflow ? CarryIn : 0);

    /// <summary>Flags of a bitwise operation: CF = OF = AF = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void SetLogic<T>(CpuState* cpu, ulong result)
        where T : unmanaged
    {
        cpu->FlagsResult = Width.SignExtend<T>(result);
        cpu->FlagsCarries = 0;
    }

    /// <summary>All flags of a result whose carry vector is <paramref name="carries"/> (bit n = carry out of bit n).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void SetCarries<T>(CpuState* cpu, ulong result, ulong carries)
        where T : unmanaged
    {
        cpu->FlagsResult = Width.SignExtend<T>(result);
        cpu->FlagsCarries = (carries & HalfCarry)
            | ((carries << (64 - Width.Bits<T>())) & (CarryOut | CarryIn));
    }

    /// <summary>Flags of first + second (+ a carry) = result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void SetAdd<T>(CpuState* cpu, ulong first, ulong second, ulong result)
        where T : unmanaged =>
        SetCarries<T>(cpu, result, (first & second) | ((first | second) & ~result));

    /// <summary>Flags of first - second (- a borrow) = result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void SetSubtract<T>(CpuState* cpu, ulong first, ulong second, ulong result)
        where T : unmanaged =>
        SetCarries<T>(cpu, result, (~first & second) | ((~first | second) & result));
}
