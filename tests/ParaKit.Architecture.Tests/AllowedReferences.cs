namespace ParaKit.Architecture.Tests;

/// <summary>The table of docs/architecture.md: what each project under src may reference.</summary>
internal static class AllowedReferences
{
    internal static readonly IReadOnlyDictionary<string, Layer> Of = new Dictionary<string, Layer>
    {
        ["ParaKit.Abi"] = new([], []),
        ["ParaKit.Network"] = new([], []),
        ["ParaKit.CoreLib"] = new([], []),
        ["ParaKit.Image"] = new([], ["Iced", "SharpCompress"]),
        ["ParaKit.Guest"] = new(["ParaKit.Abi", "ParaKit.Network", "ParaKit.CoreLib"], []),
        ["ParaKit.Rewriter"] = new(["ParaKit.Image"], ["Iced"]),
        ["ParaKit.Hardware"] = new([], ["Iced"]),
        ["ParaKit.Hypervisor"] = new(["ParaKit.Abi", "ParaKit.Network", "ParaKit.Image", "ParaKit.Hardware", "ParaKit.Rewriter"], ["Iced", "System.IO.Hashing"]),
        ["ParaKit.Backends"] = new(["ParaKit.Abi", "ParaKit.Hypervisor"], []),
        ["ParaKit.Workspaces"] = new([], ["Microsoft.CodeAnalysis.CSharp.Workspaces", "Microsoft.CodeAnalysis.Workspaces.MSBuild"]),
        ["ParaKit.Building"] = new(["ParaKit.Image", "ParaKit.Workspaces"], []),

        // Carries the guest side as resources, for compilations in memory; its package asks for the packages of what it carries.
        ["ParaKit.Testing"] = new(
            ["ParaKit.Abi", "ParaKit.Network", "ParaKit.Hardware", "ParaKit.Hypervisor", "ParaKit.Backends", "ParaKit.Image", "ParaKit.Rewriter", "ParaKit.Workspaces", "ParaKit.Building", "ParaKit.CoreLib", "ParaKit.Guest"],
            ["Iced"]),

        // A guest: the kernel under rewritten ones. It compiles in the format of its payload, which the rewriter states.
        ["ParaKit.Bridge"] = new(["ParaKit.Guest", "ParaKit.CoreLib", "ParaKit.Rewriter"], []),
        // A guest: the kernel of experiments.
        ["ParaKit.Workload"] = new(["ParaKit.Guest", "ParaKit.CoreLib"], []),
        ["ParaKit.Cli"] = new(
            ["ParaKit.Bridge", "ParaKit.Workload", "ParaKit.Abi", "ParaKit.Image", "ParaKit.Rewriter", "ParaKit.Hardware", "ParaKit.Hypervisor", "ParaKit.Backends", "ParaKit.Testing", "ParaKit.Workspaces", "ParaKit.Building"],
            ["DiffPlex", "Spectre.Console", "System.CommandLine"]),

        // Files for dotnet new, no code.
        ["ParaKit.Templates"] = new([], []),

        // Packs the tools and the guest side; contains no code that could know anything.
        ["ParaKit.Sdk"] = new(["ParaKit.Abi", "ParaKit.CoreLib", "ParaKit.Guest", "ParaKit.Image", "ParaKit.Rewriter", "ParaKit.Cli"], ["Microsoft.Build.Framework"]),
    };

    /// <summary>Run by the compiler, not referenced by code: any project may ask for them as analyzers.</summary>
    internal static readonly string[] CompilerParts =
        ["ParaKit.Analyzers", "ParaKit.CodeFixes", "ParaKit.Generators", "ParaKit.TableGenerator"];

    /// <param name="Projects">Projects below this one.</param>
    /// <param name="Packages">Packages its code may use.</param>
    internal sealed record Layer(string[] Projects, string[] Packages);
}
