using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

internal static unsafe class MemoryFeatures
{
    private static int s_word;
    private static long s_long;

    internal static void Run()
    {
        Stack();
        Spans();
        Reinterpretation();
        Inline();
        Atomics();
    }

    private static void Stack()
    {
        int* numbers = stackalloc int[16];
        Span<byte> bytes = stackalloc byte[200];
        bytes.Fill(7);
        numbers[15] = 3;
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum += b;
        }

        Features.Check("stackalloc", numbers[15] == 3 && numbers[0] == 0 && sum == 1400);
        Features.Check("dynamic stackalloc", Dynamic(3000) == 3000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Dynamic(int size)
    {
        Span<byte> bytes = stackalloc byte[size];
        bytes.Fill(1);
        int sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += bytes[i];
        }

        return sum;
    }

    private static void Spans()
    {
        int[] numbers = { 1, 2, 3, 4, 5, 6 };
        Span<int> middle = numbers.AsSpan()[1..^1];
        middle[0] = 20;
        Features.Check("spans and ranges", middle.Length == 4 && numbers[1] == 20 && middle[^1] == 5);
        int[] part = numbers[2..4];
        Features.Check("array ranges", part.Length == 2 && part[1] == 4 && numbers[^1] == 6 && numbers[3..].Length == 3 && numbers[..0].Length == 0);
        Span<int> overlap = numbers;
        ((ReadOnlySpan<int>)numbers).Slice(0, 5).CopyTo(overlap.Slice(1));
        Features.Check("overlapping copies", numbers[1] == 1 && numbers[2] == 20 && numbers[5] == 5);
        ReadOnlySpan<char> text = "paravirtual".AsSpan(0, 4);
        Features.Check("text spans", text.SequenceEqual("para") && text.Length == 4);
        overlap.Clear();
        Features.Check("clear", numbers[0] + numbers[5] == 0 && default(Span<int>).IsEmpty && new Span<int>((int[])null).Length == 0);
    }

    private static void Reinterpretation()
    {
        ReadOnlySpan<byte> bytes = new byte[] { 1, 0, 0, 0, 2, 0, 0, 0, 3 };
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        Features.Check("MemoryMarshal.Cast", words.Length == 2 && words[1] == 2);
        Features.Check("MemoryMarshal.Read", MemoryMarshal.Read<ulong>(bytes) == 0x200000001);
        var pair = new Pair { Low = 0x11223344, High = 0x55667788 };
        Features.Check("AsBytes", MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref pair, 1))[4] == 0x88);
        Features.Check("explicit layout", new Overlay { Whole = 0x0102030405060708 }.Low == 0x05060708);
        Features.Check("Unsafe", Unsafe.SizeOf<Pair>() == 8 && Unsafe.As<Pair, ulong>(ref pair) == 0x5566778811223344 && sizeof(Pair) == 8);
        var large = new Large();
        large.Data[99] = 5;
        Large copy = large;
        Features.Check("fixed buffers", copy.Data[99] == 5 && copy.Data[0] == 0);
    }

    private static void Inline()
    {
        var buffer = new Eight();
        for (int i = 0; i < 8; i++)
        {
            buffer[i] = i * i;
        }

        Span<int> view = buffer;
        int sum = 0;
        foreach (int value in view)
        {
            sum += value;
        }

        Features.Check("inline arrays", buffer[7] == 49 && sum == 140 && view[2..4][1] == 9);
        var references = new Texts();
        references[1] = "second";
        Texts copied = references;
        Features.Check("structs with references", copied[1] == "second" && copied[0] == null);
        Features.Check("collection expressions", Sum([1, 2, 3]) == 6);
    }

    private static int Sum(ReadOnlySpan<int> numbers)
    {
        int sum = 0;
        foreach (int number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    private static void Atomics()
    {
        Features.Check("Interlocked.Add", Interlocked.Add(ref s_word, 5) == 5 && Interlocked.Increment(ref s_word) == 6 && Interlocked.Decrement(ref s_word) == 5);
        Features.Check("Interlocked.Exchange", Interlocked.Exchange(ref s_word, 9) == 5 && s_word == 9);
        Features.Check("Interlocked.CompareExchange", Interlocked.CompareExchange(ref s_word, 1, 8) == 9 && s_word == 9 && Interlocked.CompareExchange(ref s_word, 1, 9) == 9 && s_word == 1);
        Features.Check("Interlocked on 64 bits", Interlocked.Add(ref s_long, 1L << 40) == 1L << 40 && Interlocked.Exchange(ref s_long, -1) == 1L << 40);
        Interlocked.MemoryBarrier();
        Volatile.Write(ref s_word, 12);
        Features.Check("Volatile", Volatile.Read(ref s_word) == 12);
    }

    private struct Pair
    {
        public uint Low;
        public uint High;
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct Overlay
    {
        [FieldOffset(0)]
        public ulong Whole;

        [FieldOffset(0)]
        public uint Low;
    }

    private struct Large
    {
        public fixed int Data[100];
    }

    [InlineArray(8)]
    private struct Eight
    {
        private int _first;
    }

    [InlineArray(2)]
    private struct Texts
    {
        private string _first;
    }
}
