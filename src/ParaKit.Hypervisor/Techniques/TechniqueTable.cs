using System.Diagnostics.CodeAnalysis;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>The techniques.</summary>
public static class TechniqueTable
{
    /// <summary>The modelled techniques, in the order in which they are contrasted.</summary>
    public static IReadOnlyList<ITechnique> All { get; } =
        [new NativeTechnique(), new TrapTechnique(), new TranslateTechnique(), new ParavirtTechnique(), new HardwareTechnique()];

    /// <summary>Those, and what hosts may have.</summary>
    public static IReadOnlyList<ITechnique> WithHost { get; } = [.. All, new KvmTechnique()];

    /// <summary>Finds a technique by its name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ITechnique? technique)
    {
        technique = WithHost.FirstOrDefault(t => t.Name == name);
        return technique is not null;
    }
}
