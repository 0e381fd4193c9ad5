namespace System.Runtime.CompilerServices;

// Attributes and markers that the C# compiler and ilc look up by name.

public sealed class IntrinsicAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class ExtensionAttribute : Attribute
{
}

public sealed class CompilerGeneratedAttribute : Attribute
{
}

public sealed class IndexerNameAttribute(string indexerName) : Attribute
{
    public string Value { get; } = indexerName;
}

public sealed class IsReadOnlyAttribute : Attribute
{
}

public sealed class IsByRefLikeAttribute : Attribute
{
}

public sealed class IsUnmanagedAttribute : Attribute
{
}

public sealed class RequiredMemberAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    public string FeatureName { get; } = featureName;
}

/// <summary>What the compiler puts on an override with a narrower result.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PreserveBaseOverridesAttribute : Attribute
{
}

public sealed class RequiresLocationAttribute : Attribute
{
}

public sealed class ScopedRefAttribute : Attribute
{
}

public sealed class SkipLocalsInitAttribute : Attribute
{
}

public sealed class InlineArrayAttribute(int length) : Attribute
{
    public int Length { get; } = length;
}

public sealed class FixedBufferAttribute(Type elementType, int length) : Attribute
{
    public Type ElementType { get; } = elementType;

    public int Length { get; } = length;
}

public sealed class UnsafeValueTypeAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class InternalsVisibleToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}

public sealed class CompilationRelaxationsAttribute(int relaxations) : Attribute
{
    public int CompilationRelaxations { get; } = relaxations;
}

public sealed class RuntimeCompatibilityAttribute : Attribute
{
    public bool WrapNonExceptionThrows { get; set; }
}

public sealed class TupleElementNamesAttribute(string[] transformNames) : Attribute
{
    public string[] TransformNames { get; } = transformNames;
}

/// <summary>Present so that the compiler accepts it; the analyzers forbid its use in guests.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ModuleInitializerAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class EagerStaticClassConstructionAttribute : Attribute
{
}

[Flags]
public enum MethodImplOptions
{
    NoInlining = 8,
    NoOptimization = 64,
    AggressiveInlining = 256,
    AggressiveOptimization = 512,
    InternalCall = 0x1000,
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
{
    public MethodImplOptions Value { get; } = options;
}

public static class IsExternalInit
{
}

public static class IsVolatile
{
}

public class CallConvCdecl
{
}

public class CallConvSuppressGCTransition
{
}

/// <summary>Language features that this core library supports.</summary>
public static class RuntimeFeature
{
    public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);
    public const string ByRefFields = nameof(ByRefFields);
    public const string NumericIntPtr = nameof(NumericIntPtr);
    public const string DefaultImplementationsOfInterfaces = nameof(DefaultImplementationsOfInterfaces);
    public const string VirtualStaticsInInterfaces = nameof(VirtualStaticsInInterfaces);
    public const string ByRefLikeGenerics = nameof(ByRefLikeGenerics);
    public const string CovariantReturnsOfClasses = nameof(CovariantReturnsOfClasses);
}
