using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Says that a method serves a hypercall; the table is generated from these.</summary>
/// <param name="number">Number of the hypercall.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class HypercallAttribute(HypercallNumber number) : Attribute
{
    /// <summary>Number of the hypercall.</summary>
    public HypercallNumber Number { get; } = number;
}
