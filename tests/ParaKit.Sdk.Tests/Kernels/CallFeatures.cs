using System;
using System.Runtime.CompilerServices;

internal static unsafe class CallFeatures
{
    private static int s_trace;

    internal static void Run()
    {
        Delegates();
        Pointers();
        Scopes();
        Strings();
    }

    private static void Delegates()
    {
        Func<int, int> open = Twice;
        var counter = new Counter { Value = 10 };
        Func<int, int> instance = counter.Plus;
        int captured = 3;
        Func<int, int> closed = x => x + captured;
        captured = 4;
        Func<int, int> extension = counter.PlusExtension;
        Features.Check("delegates to static methods", open(21) == 42);
        Features.Check("delegates to instance methods", instance(5) == 15);
        Features.Check("delegates that capture", closed(1) == 5);
        Features.Check("delegates to extension methods", extension(1) == 111);
        Func<int> virtualCall = new Derived().Number;
        Features.Check("delegates to virtual methods", virtualCall() == 2);
        INumber viaInterface = new Derived();
        Func<int> interfaceCall = viaInterface.Number;
        Features.Check("delegates to interface methods", interfaceCall() == 2);
        Func<string, string> generic = Same<string>;
        Features.Check("delegates to generic methods", generic("g") == "g");
        Action<object> wide = static o => s_trace = (string)o == "contra" ? 1 : 0;
        Action<string> narrow = wide;
        narrow("contra");
        Features.Check("delegate variance", s_trace == 1);
        Features.Check("delegates as arguments", Apply(Apply(1, static x => x + 1), open) == 4);
    }

    private static void Pointers()
    {
        delegate*<int, int> pointer = &Twice;
        delegate*<int, int>* table = stackalloc delegate*<int, int>[2];
        table[0] = &Twice;
        table[1] = &Negate;
        Features.Check("function pointers", pointer(4) == 8 && table[1](4) == -4);
        Features.Check("ref returns", RefReturn() == 9);
        Features.Check("many arguments", Many(1, 2, 3, 4, 5, 6, 7, 8, new Wide { A = 9, B = 10, C = 11 }) == 66);
        Features.Check("large struct results", MakeWide(3).C == 5);
        Features.Check("recursion", Fibonacci(20) == 6765);
    }

    private static int RefReturn()
    {
        var numbers = new[] { 1, 2, 3 };
        ref int second = ref Second(numbers);
        second = 9;
        return numbers[1];
    }

    private static void Scopes()
    {
        s_trace = 0;
        using (new Scope(1))
        {
            using var inner = new Scope(2);
            s_trace = (s_trace * 10) + 9;
        }

        Features.Check("using", s_trace == 921);
        s_trace = 0;
        Features.Check("try and finally", Leave(true) == 1 && Leave(false) == 2 && s_trace == 77);
        Features.Check("foreach over a pattern", Iterate() == 6);
    }

    private static int Leave(bool early)
    {
        try
        {
            if (early)
            {
                return 1;
            }

            return 2;
        }
        finally
        {
            s_trace = (s_trace * 10) + 7;
        }
    }

    private static int Iterate()
    {
        int sum = 0;
        foreach (int i in new UpTo(4))
        {
            sum += i;
        }

        return sum;
    }

    private static void Strings()
    {
        string word = Same("kernel");
        int vowels = 0;
        foreach (char c in word)
        {
            vowels += c is 'e' or 'a' ? 1 : 0;
        }

        Features.Check("strings", word.Length == 6 && word[1] == 'e' && vowels == 2);
        Features.Check("string comparison", word == "kernel" && word != "Kernel" && Same("") == "" && Same<string>(null) == null && word != null);
        Features.Check("switch on strings", Classify("one") == 1 && Classify("seven") == 7 && Classify("x") == 0 && Classify(null) == -1);
        fixed (char* p = word)
        {
            Features.Check("fixed strings", p[5] == 'l' && p[6] == '\0');
        }

        ReadOnlySpan<byte> utf8 = "h\u00e9"u8;
        Features.Check("UTF-8 literals", utf8.Length == 3 && utf8[1] == 0xc3 && utf8[2] == 0xa9);
    }

    private static int Classify(string text) => text switch
    {
        null => -1,
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Same<T>(T value) => value;

    private static int Twice(int x) => 2 * x;

    private static int Negate(int x) => -x;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Apply(int value, Func<int, int> function) => function(value);

    private static ref int Second(int[] numbers) => ref numbers[1];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Many(long a, long b, long c, long d, long e, long f, long g, long h, Wide w) =>
        a + b + c + d + e + f + g + h + w.A + w.B + w.C;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Wide MakeWide(long start) => new() { A = start, B = start + 1, C = start + 2 };

    private static int Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);

    private struct Wide
    {
        public long A;
        public long B;
        public long C;
    }

    private readonly struct Scope(int number) : IDisposable
    {
        public void Dispose() => s_trace = (s_trace * 10) + number;
    }
}

internal sealed class Counter
{
    public int Value;

    public int Plus(int amount) => Value + amount;
}

internal static class CounterExtensions
{
    public static int PlusExtension(this Counter counter, int amount) => counter.Value + amount + 100;
}

internal interface INumber
{
    int Number();
}

internal class BaseNumber : INumber
{
    public virtual int Number() => 1;
}

internal sealed class Derived : BaseNumber
{
    public override int Number() => 2;
}

internal readonly struct UpTo(int limit)
{
    public Enumerator GetEnumerator() => new() { Limit = limit, Current = -1 };

    internal struct Enumerator
    {
        public int Limit;

        public int Current { get; set; }

        public bool MoveNext() => ++Current < Limit;
    }
}
