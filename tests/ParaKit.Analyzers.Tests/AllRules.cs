using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers.Tests;

/// <summary>Every rule of the assembly, found as the compiler finds them.</summary>
internal static class AllRules
{
    internal static ImmutableArray<DiagnosticAnalyzer> Create() => [.. typeof(RuleIds).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false))
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    /// <summary>A folder of the repository that the project file names.</summary>
    internal static string Folder(string key) => typeof(AllRules).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
