using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>The time, in the unit that <see cref="Timer.TimeStampHertz"/> tells.</summary>
internal static class TimeStamp
{
#pragma warning disable PK0002 // Which time it is, the machine's or the domain's, makes no difference to a difference.
    public static ulong Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => X86.Rdtsc();
    }
#pragma warning restore PK0002
}
