namespace System.Runtime.CompilerServices;

/// <summary>Reinterpretation and reference arithmetic; the compiler replaces every body.</summary>
public static unsafe class Unsafe
{
    [Intrinsic]
    public static ref T Add<T>(ref T source, int elementOffset) => ref Add(ref source, elementOffset);

    [Intrinsic]
    public static ref T Add<T>(ref T source, nint elementOffset) => ref Add(ref source, elementOffset);

    [Intrinsic]
    public static T As<T>(object value)
        where T : class => As<T>(value);

    [Intrinsic]
    public static ref TTo As<TFrom, TTo>(ref TFrom source) => ref As<TFrom, TTo>(ref source);

    [Intrinsic]
    public static void* AsPointer<T>(ref T value) => AsPointer(ref value);

    [Intrinsic]
    public static ref T AsRef<T>(void* source) => ref AsRef<T>(source);

    [Intrinsic]
    public static ref T AsRef<T>(ref readonly T source) => ref AsRef(in source);

    [Intrinsic]
    public static int SizeOf<T>() => SizeOf<T>();

    [Intrinsic]
    public static nint ByteOffset<T>(ref T origin, ref T target) => ByteOffset(ref origin, ref target);

    [Intrinsic]
    public static bool AreSame<T>(ref T left, ref T right) => AreSame(ref left, ref right);
}
