using System;
using System.Runtime.CompilerServices;

internal static class TypeFeatures
{
    internal static void Run()
    {
        Generics();
        Interfaces();
        Virtuals();
        Casts();
        Boxes();
        Statics();
        Features.Check("with", (new Point(1, 2) with { Y = 5 }).Y == 5);
    }

    private static void Generics()
    {
        var numbers = new Stack<long>(4);
        var texts = new Stack<string>(4);
        for (int i = 0; i < 4; i++)
        {
            numbers.Push(i * 10L);
            texts.Push(i == 2 ? "two" : "other");
        }

        Features.Check("generics over structs", numbers.Pop() + numbers.Pop() == 50);
        texts.Pop();
        Features.Check("generics over references", texts.Pop() == "two");
        Features.Check("generic methods", Larger(new Weight(3), new Weight(7)).Value == 7);
        Features.Check("generic creation in shared code", Boxed<string>.Make("x").Value == "x" && Boxed<object>.Make(texts).Value == (object)texts);
        Features.Check("static abstract members", Sum<Weight>(new Weight[] { new(1), new(2), new(4) }).Value == 7);
    }

    private static void Interfaces()
    {
        IShape[] shapes = { new S1(), new S2(), new S3(), new S4(), new S5(), new S6(), new S7(), new Valued { V = 9 } };
        int area = 0;
        int doubled = 0;
        foreach (IShape shape in shapes)
        {
            area += shape.Area(2);
            doubled += shape.Twice(2);
        }

        Features.Check("interface calls", area == 2 + 4 + 6 + 8 + 10 + 12 + 14 + 11);
        Features.Check("default interface methods", doubled == (2 * (area - 14)) + 1000);
        Features.Check("interface dispatch keeps arguments", shapes[3].Many(1, 2, 3, 4, 5, 1.5) == 4 + 15 + 3);
        Features.Check("generic interfaces", Total(new Numbers(5)) == 10 && Total(new Constant(3)) == 9);
        Features.Check("explicit implementations", ((ISecond)new S1()).Area(2) == 77);
        object boxed = new Valued { V = 1 };
        Features.Check("type tests on interfaces", boxed is IShape && boxed is not ISecond && (boxed as ISecond) == null);
    }

    private static void Virtuals()
    {
        Animal[] animals = { new Animal(), new Dog(), new Puppy(), new Cat() };
        int sum = 0;
        foreach (Animal animal in animals)
        {
            sum = (sum * 10) + animal.Sound();
        }

        Features.Check("virtual calls", sum == 1234);
        Features.Check("sealed overrides", ((Dog)animals[2]).Sound() == 3 && animals[2].Legs == 4);
        Features.Check("base calls", animals[3].Describe() == 104);
        Features.Check("covariant returns", new Dog().Self().Bark() == 22);
        Features.Check("interface on a sealed override", ((ILegged)animals[2]).Legs == 4);
    }

    private static void Casts()
    {
        object dog = new Puppy();
        object dogs = new Dog[] { new Puppy() };
        object texts = new string[] { "a" };
        object numbers = new int[] { 1 };
        Features.Check("casts", dog is Dog && dog is Animal && dog is not Cat && (dog as Cat) == null && ((Dog)dog).Bark() == 22);
        Features.Check("an array is not its element", dogs is not Animal && dogs is not Dog && texts is not string);
        Features.Check("array covariance", dogs is Animal[] && dogs is object[] && texts is object[] && dogs is not string[]);
        Features.Check("value arrays do not vary", numbers is int[] && numbers is not object[] && numbers is Array && numbers is object);
        var covariant = (Animal[])dogs;
        covariant[0] = new Puppy();
        Features.Check("covariant store", covariant[0].Sound() == 3);
        object[] nested = { texts, dogs, numbers };
        Features.Check("arrays in arrays of objects", ((string[])nested[0])[0] == "a" && ((int[])nested[2])[0] == 1);
        string[][] jagged = { new[] { "p", "q" }, new[] { "r" } };
        Features.Check("jagged arrays", jagged[0][1] == "q" && jagged[1].Length == 1);
    }

    private static void Boxes()
    {
        object number = 41;
        object point = new Point(3, 4);
        Features.Check("boxing", (int)number + 1 == 42 && number is int and 41 && number is not long && ((Point)point).Y == 4);
        int? some = 5;
        int? none = null;
        Features.Check("nullable", some.HasValue && some.Value == 5 && !none.HasValue && (none ?? 7) == 7 && some + 1 == 6 && none == null);
        (int a, string b) pair = (6, "six");
        (pair.a, int c) = (pair.a + 1, 9);
        Features.Check("tuples", pair.a == 7 && pair.b == "six" && c == 9 && pair == (7, "six"));
    }

    private static void Statics()
    {
        Features.Check("static constructors run late", Lazily.Count == 0);
        int first = Lazy.Value;
        Features.Check("static constructors run once", first == 1 && Lazy.Value == 1 && Lazily.Count == 1);
        Features.Check("static tables", Tables.Squares[12] == 144 && Tables.Names[1] == "one" && Tables.Computed[511] == 511UL * 4096);
        Tables.Mutable = "changed";
        Features.Check("static references", Tables.Mutable == "changed" && Tables.Shared.Pop() == "s");
        Features.Check("generic statics", Boxed<string>.Count == 1 && Boxed<object>.Count == 1 && Boxed<Stack<int>>.Count == 0);
    }

    private static T Larger<T>(T left, T right)
        where T : IComparable<T> => left.CompareTo(right) > 0 ? left : right;

    private static T Sum<T>(T[] values)
        where T : IAddable<T>
    {
        T sum = T.Zero;
        foreach (T value in values)
        {
            sum = T.Add(sum, value);
        }

        return sum;
    }

    private static int Total(ISource<int> source)
    {
        int total = 0;
        for (int i = 0; i < source.Count; i++)
        {
            total += source.At(i);
        }

        return total;
    }
}

internal struct Point(int x, int y)
{
    public int X { get; init; } = x;

    public int Y { get; init; } = y;
}

internal sealed class Stack<T>(int capacity)
{
    private readonly T[] _items = new T[capacity];
    private int _count;

    public void Push(T item) => _items[_count++] = item;

    public T Pop() => _items[--_count];
}

internal sealed class Boxed<T>
{
    public static int Count;
    public T Value;

    public static Boxed<T> Make(T value)
    {
        Count++;
        return new Boxed<T> { Value = value };
    }
}

internal interface IAddable<T>
{
    static abstract T Zero { get; }

    static abstract T Add(T left, T right);
}

internal readonly struct Weight(int value) : IComparable<Weight>, IAddable<Weight>
{
    public int Value { get; } = value;

    public static Weight Zero => new(0);

    public static Weight Add(Weight left, Weight right) => new(left.Value + right.Value);

    public int CompareTo(Weight other) => Value - other.Value;
}

internal interface IShape
{
    int Area(int unit);

    int Twice(int unit) => 2 * Area(unit);

    int Many(int a, int b, int c, int d, int e, double f) => Area(1) + a + b + c + d + e + (int)(f * 2);
}

internal interface ISecond
{
    int Area(int unit);
}

internal class S1 : IShape, ISecond
{
    public int Area(int unit) => unit;

    int ISecond.Area(int unit) => 77;
}

internal class S2 : IShape
{
    public virtual int Area(int unit) => 2 * unit;
}

internal class S3 : S2
{
    public override int Area(int unit) => 3 * unit;
}

internal sealed class S4 : S3
{
    public sealed override int Area(int unit) => 4 * unit;
}

internal sealed class S5 : IShape
{
    public int Area(int unit) => 5 * unit;
}

internal sealed class S6 : IShape
{
    public int Area(int unit) => 6 * unit;
}

internal sealed class S7 : IShape
{
    public int Area(int unit) => 7 * unit;

    public int Twice(int unit) => 1000;
}

internal struct Valued : IShape
{
    public int V;

    public int Area(int unit) => V + unit;
}

internal interface ISource<T>
{
    int Count { get; }

    T At(int index);
}

internal sealed class Numbers(int count) : ISource<int>
{
    public int Count => count;

    public int At(int index) => index;
}

internal sealed class Constant(int value) : ISource<int>
{
    public int Count => 3;

    public int At(int index) => value;
}

internal interface ILegged
{
    int Legs { get; }
}

internal class Animal : ILegged
{
    public virtual int Legs => 4;

    public virtual int Sound() => 1;

    public virtual int Describe() => 100;

    public virtual Animal Self() => this;
}

internal class Dog : Animal
{
    public override int Sound() => 2;

    public int Bark() => 22;

    public override Dog Self() => this;
}

internal sealed class Puppy : Dog
{
    public sealed override int Sound() => 3;

    public sealed override int Legs => 4;
}

internal sealed class Cat : Animal
{
    public override int Sound() => 4;

    public override int Describe() => base.Describe() + Sound();
}

internal static class Lazily
{
    public static int Count;
}

internal static class Lazy
{
    public static readonly int Value;

    static Lazy() => Value = Bump();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Bump() => System.Threading.Interlocked.Increment(ref Lazily.Count);
}

internal static class Tables
{
    public static readonly int[] Squares = { 0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144 };
    public static readonly string[] Names = { "zero", "one", "two" };
    public static readonly ulong[] Computed = MakeComputed();
    public static readonly Stack<string> Shared = MakeShared();
    public static string Mutable = "initial";

    private static ulong[] MakeComputed()
    {
        var table = new ulong[512];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (ulong)i * 4096;
        }

        return table;
    }

    private static Stack<string> MakeShared()
    {
        var stack = new Stack<string>(2);
        stack.Push("s");
        return stack;
    }
}
