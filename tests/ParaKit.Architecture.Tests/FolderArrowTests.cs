using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Architecture.Tests;

/// <summary>Arrows between the folders of the two big projects. Files in a project's root assemble it and may use all.</summary>
public sealed class FolderArrowTests
{
    private static readonly Dictionary<string, Dictionary<string, string[]>> s_allowed = new()
    {
        ["ParaKit.Hardware"] = new()
        {
            ["Time"] = [],
            ["Memory"] = [],
            ["Bus"] = ["Memory"],
            ["Devices"] = ["Bus", "Memory", "Time"],
            ["Mmu"] = ["Memory"],
            ["Virtualization"] = [],
            ["Extensions"] = ["Bus", "Time"],
            ["Cpu"] = ["Bus", "Extensions", "Memory", "Mmu", "Time", "Virtualization"],
            ["Translation"] = ["Cpu", "Memory", "Mmu", "Time"],
        },
        ["ParaKit.Hypervisor"] = new()
        {
            ["Diagnostics"] = [],
            ["Memory"] = [],
            ["Scheduling"] = [],
            ["Events"] = ["Memory"],
            ["Grants"] = ["Memory"],
            ["Backends"] = ["Events"],
            ["Store"] = ["Backends", "Events", "Memory"],
            ["Block"] = ["Backends", "Devices", "Grants", "Memory", "Store"],
            ["Devices"] = ["Backends", "Events", "Grants", "Memory", "Store"],
            ["Network"] = ["Backends", "Devices", "Grants", "Memory", "Store"],
            ["Domains"] = ["Backends", "Diagnostics", "Events", "Grants", "Memory", "Scheduling"],
            ["Emulation"] = ["Diagnostics", "Domains", "Events", "Memory"],
            ["Hypercalls"] = ["Diagnostics", "Domains", "Events", "Grants", "Memory", "Scheduling"],
            ["Shadow"] = ["Memory"],
            ["Monitors"] = ["Diagnostics", "Memory", "Shadow"],
            ["Translation"] = ["Diagnostics", "Memory", "Monitors", "Shadow"],
            ["HardwareAssist"] = ["Diagnostics", "Memory", "Monitors", "Shadow"],
            ["Kvm"] = ["Diagnostics"],
            ["MemoryPolicies"] = [],
            ["Overcommit"] = ["Block", "Memory", "MemoryPolicies"],
            ["Control"] = ["Domains", "Memory", "Techniques"],
            ["Techniques"] = ["Backends", "Block", "Devices", "Diagnostics", "Domains", "Emulation", "Events", "Grants", "Hypercalls", "Kvm", "Memory", "MemoryPolicies", "HardwareAssist", "Monitors", "Network", "Overcommit", "Scheduling", "Shadow", "Store", "Translation"],
        },
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folder_IsListed(string project) => Violations.None(
        Sources(project).Select(source => source.Folder).Distinct().Except(s_allowed[project].Keys));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folder_UsesOnlyFoldersBelow(string project) => Violations.None(
        from source in Sources(project)
        from target in Uses(SourceTrees.Root(source.File), project, s_allowed[project].Keys)
        where target != source.Folder && !s_allowed[project].GetValueOrDefault(source.Folder, []).Contains(target)
        select $"{source.Folder} -> {target} in {source.File}");

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_HasNoCycle(string project)
    {
        HashSet<string> placed = [];
        while (s_allowed[project].FirstOrDefault(entry => !placed.Contains(entry.Key) && entry.Value.All(placed.Contains)) is { Key: { } next })
        {
            placed.Add(next);
        }

        Assert.Equal(s_allowed[project].Count, placed.Count);
    }

    [Theory]
    [InlineData("using ParaKit.Hardware.Cpu;", "Cpu")]
    [InlineData("using static ParaKit.Hardware.Cpu.Flags;", "Cpu")]
    [InlineData("global using State = global::ParaKit.Hardware.Cpu.CpuState;", "Cpu")]
    [InlineData("namespace ParaKit.Hardware.Bus; class A { ParaKit.Hardware.Cpu.CpuState a; }", "Cpu")]
    [InlineData("namespace ParaKit.Hardware.Bus; class A { Cpu.CpuState a; }", "Cpu")]
    [InlineData("using ParaKit.Hardware; using ParaKit.Image.Cpu; class A { int Cpu => this.Cpu; }", "")]
    public void Uses_FindsEveryWayToNameAFolder(string text, string expected) =>
        Assert.Equal(expected, string.Join(',', Uses(SourceTrees.Parse(text), "ParaKit.Hardware", ["Cpu", "Bus"])));

    private static IEnumerable<(string File, string Folder)> Sources(string project)
    {
        string prefix = $"src/{project}/";
        return Repository.CodeFiles("src")
            .Where(file => file.StartsWith(prefix, StringComparison.Ordinal))
            .Select(file => (File: file, Parts: file[prefix.Length..].Split('/')))
            .Where(source => source.Parts.Length > 1)
            .Select(source => (source.File, source.Parts[0]));
    }

    // Fully, or from inside the project's namespace starting with the folder.
    private static IEnumerable<string> Uses(SyntaxNode root, string project, IEnumerable<string> folders) => root
        .DescendantNodes()
        .OfType<QualifiedNameSyntax>()
        .Where(name => name.Parent is not (QualifiedNameSyntax or BaseNamespaceDeclarationSyntax))
        .Select(name => name.ToString().Replace("global::", "", StringComparison.Ordinal))
        .Select(name => name.StartsWith(project + ".", StringComparison.Ordinal) ? name[(project.Length + 1)..] : name)
        .Select(name => name.Split('.')[0])
        .Where(folders.Contains)
        .Distinct();
}
