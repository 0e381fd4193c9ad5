/// <summary>Programs that multiply, and one that becomes another.</summary>
internal static unsafe class Forking
{
    /// <summary>What <see cref="UserProgram.Successor"/> returns if it finds nothing of its predecessor's.</summary>
    public const ulong CleanStart = 7;

    private static ulong s_variable;

    /// <summary>Each of two processes sees its own changes only, in its variables and on its heap.</summary>
    public static ulong ChangeBoth()
    {
        var heap = (ulong*)Process.HeapStart;
        *heap = 1;
        if (User.Fork() == 0)
        {
            s_variable += 10;
            *heap += 1;
            return (s_variable * 10) + *heap;
        }

        s_variable += 20;
        ulong child = User.Wait();
        return (child * 10000) + (s_variable * 10) + *heap;
    }

    /// <summary>A binary tree of processes, each of which counts for one.</summary>
    public static ulong SumOfFamily(int generations)
    {
        ulong sum = 1;
        for (int i = 0; generations > 0 && i < 2; i++)
        {
            if (User.Fork() == 0)
            {
                User.Exit(SumOfFamily(generations - 1));
            }
        }

        for (ulong child = User.Wait(); child != User.Failure; child = User.Wait())
        {
            sum += child;
        }

        return sum;
    }

    public static ulong BecomeSuccessor()
    {
        s_variable = 1;
        *(ulong*)Process.HeapStart = 1;
        return User.Execute(UserProgram.Successor);
    }

    public static ulong Inherit() => CleanStart + s_variable + *(ulong*)Process.HeapStart;
}
