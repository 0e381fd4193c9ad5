using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

// Members that ilc looks up by name; see the compiler's list of helper entry points.

internal static class ThrowHelpers
{
    internal static void Fail(string reason) => Panic.Stop(reason);

    internal static void ThrowIndexOutOfRangeException() => Fail("index out of range");

    internal static void ThrowOverflowException() => Fail("arithmetic overflow");

    private static void ThrowDivideByZeroException() => Fail("division by zero");

    private static void ThrowNullReferenceException() => Fail("null reference");

    private static void ThrowPlatformNotSupportedException() => Fail("platform not supported");

    // As in .NET, whose inline arrays have no equality either.
    private static void ThrowNotSupportedInlineArrayEqualsGetHashCode() => Fail("inline arrays have no Equals and no GetHashCode");

    private static void ThrowFeatureBodyRemoved() => Fail("a method was removed by the compiler (feature switch)");

    private static void ThrowBodyRemoved() => Fail("a method was removed by the compiler");

    private static void ThrowInstanceBodyRemoved() => Fail("an instance method was removed by the compiler");

    private static void ThrowUnavailableType() => Fail("a type is not available in this image");
}

internal static class RuntimeEntryPoints
{
    [RuntimeExport("RhpThrowEx")]
    private static void Throw(Exception exception) => Panic.Stop(exception == null ? "exception" : exception.Message);

    [RuntimeExport("RhpFallbackFailFast")]
    private static void FailFast() => Panic.Stop("stack buffer overrun");

    [RuntimeExport("RhpReversePInvoke")]
    private static void EnterFromNative(nint frame)
    {
    }

    [RuntimeExport("RhpReversePInvokeReturn")]
    private static void ReturnToNative(nint frame)
    {
    }
}

internal static class LdTokenHelpers
{
    private static RuntimeTypeHandle GetRuntimeTypeHandle(nint type) => Unsafe.As<nint, RuntimeTypeHandle>(ref type);

    private static RuntimeMethodHandle GetRuntimeMethodHandle(nint method) => Unsafe.As<nint, RuntimeMethodHandle>(ref method);

    private static RuntimeFieldHandle GetRuntimeFieldHandle(nint field) => Unsafe.As<nint, RuntimeFieldHandle>(ref field);

    private static Type GetRuntimeType(nint type) => null;
}
