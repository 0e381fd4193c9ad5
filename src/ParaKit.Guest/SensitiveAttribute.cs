using System;

namespace ParaKit.Guest;

/// <summary>
/// Declares an operation that a deprivileged kernel cannot simply execute. Analyzers, the generator, the linker's checks and
/// the documentation read this one table. Kernels may declare operations of their own in the same way.
/// </summary>
/// <param name="mnemonic">Machine instruction, or a short name for compound operations.</param>
/// <param name="sensitivity">Class of the operation.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SensitiveAttribute(string mnemonic, Sensitivity sensitivity) : Attribute
{
    /// <summary>Machine instruction, or a short name for compound operations.</summary>
    public string Mnemonic { get; } = mnemonic;

    /// <summary>Class of the operation.</summary>
    public Sensitivity Sensitivity { get; } = sensitivity;

    /// <summary>What happens when the native form runs deprivileged.</summary>
    public string Deprivileged { get; set; }

    /// <summary>What the paravirtual counterpart does instead.</summary>
    public string Becomes { get; set; }

    /// <summary>Type with the counterpart: a static method of the same name, parameters and result.</summary>
    public Type Paravirtual { get; set; }
}

/// <summary>Marks code that is native on purpose: calls in it are not rewritten in paravirtual builds.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class NativeOnlyAttribute : Attribute
{
}
