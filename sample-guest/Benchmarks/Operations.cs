using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>What is measured, each in a function of its own, so that its machine code can be shown for every technique.</summary>
internal static unsafe class Operations
{
    [EventsMasked]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ClearInterruptFlag() => X86.Cli();

#pragma warning disable PK0002 // That it fails silently without rewriting is what it is here to show.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RestoreFlags(ulong flags) => X86.Popf(flags);
#pragma warning restore PK0002

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WriteEntry(ulong* entry, ulong value) => PageTable.Write(entry, value);

    /// <summary>Lets an address mean another page, and uses it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Remap(ulong* entry, ulong value, ulong address)
    {
        PageTable.Write(entry, value);
        X86.Invlpg(address);
        return *(ulong*)address;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Return()
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Load(ulong address) => *(ulong*)address;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Divide(ulong dividend, ulong divisor) => dividend / divisor;
}
