/// <summary>Ordinary object-oriented C#: interfaces, inheritance, generics, arrays.</summary>
internal static class Shapes
{
    public static ulong TotalArea()
    {
        IShape[] shapes = [new Square(3), new Rectangle(2, 4), new Square(5)];
        ulong total = 0;
        foreach (IShape shape in shapes)
        {
            total += shape.Area;
        }

        return total;
    }

    private interface IShape
    {
        ulong Area { get; }
    }

    private class Rectangle(ulong width, ulong height) : IShape
    {
        public virtual ulong Area => width * height;
    }

    private sealed class Square(ulong side) : Rectangle(side, side)
    {
    }
}
