namespace System.Runtime.InteropServices;

public enum LayoutKind
{
    Sequential = 0,
    Explicit = 2,
    Auto = 3,
}

public enum CharSet
{
    None = 1,
    Ansi = 2,
    Unicode = 3,
    Auto = 4,
}

public enum UnmanagedType
{
}

public sealed class StructLayoutAttribute(LayoutKind layoutKind) : Attribute
{
    public int Size;
    public int Pack;
    public CharSet CharSet;

    public LayoutKind Value { get; } = layoutKind;
}

public sealed class FieldOffsetAttribute(int offset) : Attribute
{
    public int Value { get; } = offset;
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class UnmanagedCallersOnlyAttribute : Attribute
{
    public string EntryPoint;
    public Type[] CallConvs;
}

/// <summary>Named by the compiler for every extern; a kernel binds externs with RuntimeImport.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DllImportAttribute(string dllName) : Attribute
{
    public string EntryPoint;
    public CharSet CharSet;

    public string Value { get; } = dllName;
}

public sealed class InAttribute : Attribute
{
}

public sealed class OutAttribute : Attribute
{
}

/// <summary>Looked up by the compiler for casts to interfaces; no type implements it here.</summary>
public interface IDynamicInterfaceCastable
{
    bool IsInterfaceImplemented(RuntimeTypeHandle interfaceType, bool throwIfNotImplemented);

    RuntimeTypeHandle GetDynamicInterfaceImplementation(RuntimeTypeHandle interfaceType);
}
