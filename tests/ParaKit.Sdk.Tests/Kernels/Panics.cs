using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>Does what the command line says that a kernel cannot survive.</summary>
internal static class Panics
{
    private static object[] s_kept = new object[1];

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Act(Platform.CommandLine);
        Console.WriteLine("survived");
        Platform.Shutdown(0);
    }

    private static void Act(ReadOnlySpan<byte> what)
    {
        if (what.SequenceEqual("throw"u8))
        {
            throw new InvalidOperationException("thrown on purpose");
        }
        else if (what.SequenceEqual("heap"u8))
        {
            Exhaust();
        }
        else if (what.SequenceEqual("add"u8))
        {
            Use(checked(Hide(int.MaxValue) + Hide(1)));
        }
        else if (what.SequenceEqual("multiply"u8))
        {
            Use((int)checked(Hide(long.MinValue) * Hide(-1L)));
        }
        else if (what.SequenceEqual("unsigned"u8))
        {
            Use((int)checked(Hide(1UL << 33) * Hide(1UL << 33)));
        }
        else if (what.SequenceEqual("convert"u8))
        {
            Use(checked((int)Hide(3e10)));
        }
        else
        {
            Access(what);
        }
    }

    private static void Access(ReadOnlySpan<byte> what)
    {
        if (what.SequenceEqual("index"u8))
        {
            Use((new int[3])[Hide(3)]);
        }
        else if (what.SequenceEqual("span"u8))
        {
            Use(what.Slice(Hide(5)).Length);
        }
        else if (what.SequenceEqual("cast"u8))
        {
            Use(((string)Hide((object)new int[1])).Length);
        }
        else if (what.SequenceEqual("unbox"u8))
        {
            Use((int)(long)Hide((object)1));
        }
        else if (what.SequenceEqual("store"u8))
        {
            object[] texts = Hide(new string[1]);
            texts[0] = new object();
        }
        else if (what.SequenceEqual("nullable"u8))
        {
            Use(((int?)Hide((object)5L)).Value);
        }
        else if (what.SequenceEqual("null"u8))
        {
            Use(Hide<int[]>(null).Length);
        }
        else if (what.SequenceEqual("size"u8))
        {
            s_kept[0] = new byte[Hide(-1)];
        }
    }

    private static void Exhaust()
    {
        for (int i = 0; i < 10_000; i++)
        {
            s_kept[0] = new byte[1 << 16];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Hide<T>(T value) => value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(int value) => Console.WriteDecimal((ulong)value);
}
