using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Operand widths as types: byte, ushort, uint and ulong. Values travel as <see cref="ulong"/>, zero-extended; the type
/// only says how many low bits count, so one generic method serves four operand sizes.
/// </summary>
internal static unsafe class Width
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bits<T>()
        where T : unmanaged => sizeof(T) * 8;

    /// <summary>The low bits of <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Truncate<T>(ulong value)
        where T : unmanaged =>
        sizeof(T) switch { 1 => (byte)value, 2 => (ushort)value, 4 => (uint)value, _ => value };

    /// <summary>The low bits of <paramref name="value"/> as a signed number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SignExtend<T>(ulong value)
        where T : unmanaged =>
        (ulong)(sizeof(T) switch { 1 => (sbyte)value, 2 => (short)value, 4 => (int)value, _ => (long)value });

    /// <summary>Reads one value; no alignment is required.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load<T>(byte* place)
        where T : unmanaged =>
        sizeof(T) switch { 1 => *place, 2 => *(ushort*)place, 4 => *(uint*)place, _ => *(ulong*)place };

    /// <summary>Writes the low bits of one value; no alignment is required.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(byte* place, ulong value)
        where T : unmanaged
    {
        switch (sizeof(T))
        {
            case 1:
                *place = (byte)value;
                break;
            case 2:
                *(ushort*)place = (ushort)value;
                break;
            case 4:
                *(uint*)place = (uint)value;
                break;
            default:
                *(ulong*)place = value;
                break;
        }
    }
}
