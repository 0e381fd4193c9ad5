// What a freestanding library leaves out, so that the rules see what they are about.
namespace System.Linq
{
    internal static class Enumerable
    {
    }
}
