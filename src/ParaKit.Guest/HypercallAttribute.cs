using System;

namespace ParaKit.Guest;

/// <summary>
/// Declares a hypercall as a static partial method that returns a <c>long</c>: 0 or positive on success, a negative error number
/// otherwise. The generator writes the body. Parameters are integers, enumerations, pointers, and <c>in</c> or <c>ref</c> structures,
/// which are passed by address; at most five (Xen public/arch-x86/xen-x86_64.h, "Hypercall interface").
/// </summary>
/// <param name="number">Number of the hypercall, 0 to 127.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HypercallAttribute(int number) : Attribute
{
    /// <summary>Number of the hypercall.</summary>
    public int Number { get; } = number;

    /// <summary>Name of a static method of the same type and signature that a native image calls instead: it has no hypervisor.</summary>
    public string Native { get; set; }
}
