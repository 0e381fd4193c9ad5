using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

/// <summary>What compiles without a word must mean what it means in .NET: equality, nullable boxes, variance, arrays as sequences.</summary>
internal static class EqualityFeatures
{
    private static int s_calls;

    internal static void Run()
    {
        Values();
        Delegates();
        Nullables();
        Variance();
        Sequences();
    }

    private static void Values()
    {
        Features.Check("values are equal by their bytes", new Pair(1, 2).Equals(new Pair(1, 2)) && !new Pair(1, 2).Equals(new Pair(1, 3)) && !new Pair(1, 2).Equals(1));
        object five = 5;
        Features.Check("boxed numbers", five.Equals(Hide<object>(5)) && !five.Equals(Hide<object>(6)) && !five.Equals(Hide<object>(5L)) && five.GetHashCode() == 5);
        Features.Check("numbers by type parameter", AreEqual(5u, 5u) && AreEqual('x', 'x') && AreEqual("a", Hide("a")) && !AreEqual(1L, 2L) && AreEqual((nint)3, (nint)3));
        Features.Check("not a number equals itself", AreEqual(Hide(0.0) / 0, Hide(0.0) / 0) && AreEqual(0.0f, -0.0f) && !AreEqual(1.0, 2.0));
        Features.Check("enumerations", Color.Red.Equals(Hide(Color.Red)) && !Color.Red.Equals(Hide(Color.Green)) && ((object)Color.Green).Equals(Color.Green));
        Features.Check("hashes of enumerations", Hash(Color.Green) && Hash(Small.Minus) && Hash(Large.Far));
        Features.Check("generic values", AreEqual(new Tagged<string> { Value = "t", Weight = 0.5, Count = 1 }, new Tagged<string> { Value = Hide("t"), Weight = 0.5, Count = 1 }) && !AreEqual(new Tagged<int> { Value = 1 }, new Tagged<int> { Count = 1 }));
        Features.Check("padding does not count", AreEqual(Padded(1), Padded(1)) && !AreEqual(Padded(1), Padded(2)));
        Mixed mixed = new() { Name = "n", Number = 0.0, Inner = new(1, 2), Some = 3 };
        Mixed other = mixed;
        other.Number = -0.0;
        Features.Check("fields of every kind", mixed.Equals(other) && mixed.GetHashCode() == other.GetHashCode());
        other.Some = null;
        Features.Check("a field that differs", !mixed.Equals(other));
        other = mixed;
        other.Name = null;
        Features.Check("a missing reference", !mixed.Equals(other) && !other.Equals(mixed) && other.Equals(other));
        Features.Check("tuples", (1, "a").Equals((1, Hide("a"))) && !(1, 2).Equals((1, 3)));
    }

    private static void Delegates()
    {
        Counter counter = new();
        Counter another = new();
        Action call = counter.Count;
        Action first = Nothing;
        Features.Check("delegates", call == counter.Count && call != another.Count && first == Hide<Action>(Nothing) && first != Other && call != first && call.Equals((Action)counter.Count));
        Func<object> made = Hide<Func<string>>(() => "a");
        Features.Check("delegates and nothing", call != null && !(call == null) && made is not null && call.GetHashCode() == new Action(counter.Count).GetHashCode());
    }

    private static void Nullables()
    {
        int? some = Hide<int?>(5);
        int? none = Hide<int?>(null);
        object boxed = some;
        Features.Check("a box has the value", boxed is int and 5 && (object)none is null);
        Features.Check("unboxing", (int?)boxed == 5 && (int?)Hide<object>(null) == null && boxed as int? == 5 && Hide<object>(5L) as int? == null && boxed is 5);
        Features.Check("equality of nullables", some.Equals(Hide<int?>(5)) && !some.Equals(none) && none.Equals(null) && some.Equals(5) && !none.Equals(0) && some.GetHashCode() == 5);
        Pair? pair = new Pair(7, 9);
        byte? small = 200;
        Features.Check("nullables of every size", ((Pair?)Hide<object>(pair)).Value.B == 9 && (byte?)Hide<object>(small) == 200 && (Color?)Hide<object>((Color?)Color.Green) == Color.Green);
        Mixed? mixed = new Mixed { Name = "m" };
        Features.Check("nullables with references", ((Mixed?)Hide<object>(mixed)).Value.Name == "m");
    }

    private static void Variance()
    {
        IMake<object> maker = new TextMaker();
        ITake<string> taker = new TextMaker();
        Features.Check("variance of interfaces", (string)maker.Make() == "made" && taker.Take("four") == 7);
        object o = Hide<object>(new TextMaker());
        Features.Check("type tests with variance", o is IMake<object> and IMake<string> and ITake<string> and not IMake<Counter> && Hide<object>(new NumberMaker()) is not IMake<object>);
        IJoin<string, object, int> join = Hide<IJoin<object, string, int>>(new Joiner());
        Features.Check("several parameters", (string)join.Join("x", 3) == "joined" && (object)join is not IJoin<string, object, long>);
        IMake<IMake<object>> nested = new NestedMaker();
        Features.Check("variance in variance", (string)nested.Make().Make() == "made");
        Features.Check("the exact interface first", ((IMake<object>)new TwoMaker()).Make() is Counter && (string)((IMake<string>)new TwoMaker()).Make() == "two");
        object function = Hide<Func<string>>(() => "f");
        Features.Check("type tests on delegates", function is Func<object> and not Func<Counter> && (string)((Func<object>)function)() == "f" && Hide<object>((Action<object>)(_ => s_calls++)) is Action<string>);
        IMake<object>[] makers = new TextMaker[] { new() };
        Features.Check("arrays of variant interfaces", (string)makers[0].Make() == "made");
    }

    private static void Sequences()
    {
        Features.Check("arrays are sequences", Sum(new[] { 1, 2, 3 }) == 6 && Sum(Numbers()) == 9 && Sum(new int[0]) == 0);
        int texts = 0;
        foreach (object text in Hide<IEnumerable<object>>(new[] { "a", "b" }))
        {
            texts += text is string ? 1 : 0;
        }

        foreach (object number in Hide<IEnumerable>(new byte[] { 1 }))
        {
            texts += (byte)number;
        }

        Features.Check("arrays are sequences of what their elements are", texts == 3 && Hide<object>(new string[1]) is IEnumerable<object> and not IEnumerable<Counter>);
    }

    private static bool Hash<T>(T value)
        where T : struct => value.GetHashCode() == Hide<object>(value).GetHashCode();

    private static Padding Padded(byte value) => new() { A = value, B = 2, C = value };

    private static IEnumerable<int> Numbers()
    {
        yield return 4;
        yield return 5;
    }

    private static int Sum(IEnumerable<int> numbers)
    {
        int sum = 0;
        foreach (int number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    private static bool AreEqual<T>(T left, T right) => left.Equals(right);

    private static void Nothing() => s_calls++;

    private static void Other() => s_calls--;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Hide<T>(T value) => value;

    private enum Color
    {
        Red,
        Green,
    }

    private enum Small : sbyte
    {
        Minus = -1,
    }

    private enum Large : ulong
    {
        Far = 1UL << 40,
    }

    private struct Tagged<T>
    {
        internal T Value;
        internal double Weight;
        internal int Count;
    }

    private interface IMake<out T>
    {
        T Make();
    }

    private interface ITake<in T>
    {
        int Take(T value);
    }

    private interface IJoin<in TLeft, out TResult, TCount>
    {
        TResult Join(TLeft left, TCount count);
    }

    private readonly struct Pair(ulong a, byte b)
    {
        internal readonly ulong A = a;
        internal readonly byte B = b;
    }

    private struct Padding
    {
        internal byte A;
        internal ulong B;
        internal byte C;
    }

    private struct Mixed
    {
        internal string Name;
        internal double Number;
        internal Pair Inner;
        internal int? Some;
    }

    private sealed class Counter
    {
        internal void Count() => s_calls++;
    }

    private sealed class TextMaker : IMake<string>, ITake<object>
    {
        public string Make() => "made";

        public int Take(object value) => value is string ? 7 : 8;
    }

    private sealed class NumberMaker : IMake<int>
    {
        public int Make() => 3;
    }

    private sealed class NestedMaker : IMake<IMake<string>>
    {
        public IMake<string> Make() => new TextMaker();
    }

    private sealed class TwoMaker : IMake<string>, IMake<object>
    {
        string IMake<string>.Make() => "two";

        object IMake<object>.Make() => new Counter();
    }

    private sealed class Joiner : IJoin<object, string, int>
    {
        public string Join(object left, int count) => count == 3 ? "joined" : "not";
    }
}
