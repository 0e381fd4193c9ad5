namespace System.Runtime.CompilerServices;

/// <summary>Helpers that the C# compiler calls; array and span initialisation is done by the compiler itself.</summary>
public static class RuntimeHelpers
{
    public static unsafe int OffsetToStringData => sizeof(nint) + sizeof(int);

    [Intrinsic]
    public static void InitializeArray(Array array, RuntimeFieldHandle field) => InitializeArray(array, field);

    [Intrinsic]
    public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle field) => CreateSpan<T>(field);

    [Intrinsic]
    public static bool IsReferenceOrContainsReferences<T>() => IsReferenceOrContainsReferences<T>();

    public static T[] GetSubArray<T>(T[] array, Range range)
    {
        int start = range.Start.GetOffset(array.Length);
        int length = range.End.GetOffset(array.Length) - start;
        var part = new T[length];
        new ReadOnlySpan<T>(array, start, length).CopyTo(part);
        return part;
    }
}

/// <summary>Memory layout of a vector after its method-table pointer.</summary>
internal sealed class RawArrayData
{
    public uint Length;
    public uint Padding;
    public byte Data;
}

/// <summary>Memory layout of a box after its method-table pointer.</summary>
internal sealed class RawData
{
    public byte Data;
}
