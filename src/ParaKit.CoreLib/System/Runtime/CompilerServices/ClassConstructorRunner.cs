namespace System.Runtime.CompilerServices;

/// <summary>
/// Runs static constructors that the compiler could not evaluate at build time, on first use.
/// Member names and signatures are a contract with ilc. Single-threaded by design: a kernel that
/// starts more processors must touch such classes first.
/// </summary>
internal static unsafe class ClassConstructorRunner
{
    private static nint CheckStaticClassConstructionReturnNonGCStaticBase(ref StaticClassConstructionContext context, nint staticBase)
    {
        CheckStaticClassConstruction(ref context);
        return staticBase;
    }

    private static object CheckStaticClassConstructionReturnGCStaticBase(ref StaticClassConstructionContext context, object staticBase)
    {
        CheckStaticClassConstruction(ref context);
        return staticBase;
    }

    private static void CheckStaticClassConstruction(ref StaticClassConstructionContext context)
    {
        nint constructor = context.cctorMethodAddress;
        if (constructor != 0)
        {
            context.cctorMethodAddress = 0;
            ((delegate*<void>)constructor)();
        }
    }
}

public struct StaticClassConstructionContext
{
    public nint cctorMethodAddress;
}
