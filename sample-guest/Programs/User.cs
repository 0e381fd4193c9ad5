using System;
using System.Diagnostics.CodeAnalysis;
using ParaKit.Guest;

/// <summary>What a program can do: the system calls as methods.</summary>
internal static unsafe class User
{
    /// <summary>The descriptor that is open from the start.</summary>
    public const ulong Console = 0;

    public const ulong Failure = SystemCalls.Failure;

    public static void Print(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            Write(Console, start, (ulong)text.Length);
        }
    }

    [DoesNotReturn]
    public static void Exit(ulong code)
    {
        while (true)
        {
            UserImage.SystemCall(SystemCalls.Exit, code, 0);
        }
    }

    public static ulong Write(ulong descriptor, byte* bytes, ulong length) => UserImage.SystemCall(SystemCalls.Write, descriptor, (ulong)bytes, length);

    /// <summary>Writes everything, however often that takes.</summary>
    public static void WriteAll(ulong descriptor, byte* bytes, ulong length)
    {
        while (length > 0)
        {
            ulong written = Write(descriptor, bytes, length);
            if (written == Failure)
            {
                return;
            }

            bytes += written;
            length -= written;
        }
    }

    public static ulong Read(ulong descriptor, byte* bytes, ulong length) => UserImage.SystemCall(SystemCalls.Read, descriptor, (ulong)bytes, length);

    public static ulong Fork() => UserImage.SystemCall(SystemCalls.Fork, 0, 0);

    public static ulong Execute(ulong program) => UserImage.SystemCall(SystemCalls.Execute, program, 0);

    public static ulong Wait() => UserImage.SystemCall(SystemCalls.Wait, 0, 0);

    public static ulong Sleep(ulong ticks) => UserImage.SystemCall(SystemCalls.Sleep, ticks, 0);

    public static ulong Prioritize(Priority priority) => UserImage.SystemCall(SystemCalls.Prioritize, (ulong)priority, 0);

    public static ulong Time() => UserImage.SystemCall(SystemCalls.Time, 0, 0);

    public static ulong Map(ulong pages) => UserImage.SystemCall(SystemCalls.Map, pages, 0);

    public static ulong Unmap(ulong pages) => UserImage.SystemCall(SystemCalls.Unmap, pages, 0);

    public static ulong Close(ulong descriptor) => UserImage.SystemCall(SystemCalls.Close, descriptor, 0);

    public static bool TryOpenPipe(out ulong reader, out ulong writer)
    {
        ulong both = UserImage.SystemCall(SystemCalls.Pipe, 0, 0);
        reader = (uint)both;
        writer = both >> 32;
        return both != Failure;
    }

    public static ulong Open(ReadOnlySpan<byte> name, bool create)
    {
        fixed (byte* start = name)
        {
            return UserImage.SystemCall(SystemCalls.Open, (ulong)start, (ulong)name.Length, create ? 1UL : 0);
        }
    }

    public static ulong Delete(ReadOnlySpan<byte> name)
    {
        fixed (byte* start = name)
        {
            return UserImage.SystemCall(SystemCalls.Delete, (ulong)start, (ulong)name.Length);
        }
    }
}
