using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;
using ParaKit.SensitiveOperations;

namespace ParaKit.Workspaces.Loading;

/// <summary>Opens a project or solution as its own SDK evaluates it, and picks out the guest code.</summary>
internal sealed class GuestProjects : IDisposable
{
    private static readonly string[] s_solutions = [".sln", ".slnx", ".slnf"];

    private readonly MSBuildWorkspace _workspace;
    private readonly ConcurrentQueue<string> _failures = [];

    /// <summary>Makes a workspace in which nothing is open yet; projects are evaluated with the given properties.</summary>
    internal GuestProjects(IDictionary<string, string> properties)
    {
        _workspace = MSBuildWorkspace.Create(properties);
        _workspace.WorkspaceFailed += (_, failure) =>
        {
            if (failure.Diagnostic.Kind == WorkspaceDiagnosticKind.Failure)
            {
                _failures.Enqueue(failure.Diagnostic.Message);
            }
        };
    }

    /// <summary>Whether a file is a solution, by its name.</summary>
    internal static bool IsSolution(string path) => s_solutions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens a project or solution and compiles what may be a guest.</summary>
    /// <exception cref="GuestLoadException">It does not load, or has no guest code.</exception>
    internal async Task<IReadOnlyList<(Project Project, Compilation Compilation)>> OpenAsync(string path, IProgress<string> progress, CancellationToken cancellation)
    {
        var projects = await LoadAsync(path, new LoadProgress(progress), cancellation).ConfigureAwait(false);
        List<(Project, Compilation)> guests = [];
        foreach (var project in projects.Where(project => project.Language == LanguageNames.CSharp))
        {
            var compilation = await project.GetCompilationAsync(cancellation).ConfigureAwait(false);
            if (compilation is not null && UsesGuestLibrary(compilation))
            {
                progress.Report($"Reading {project.Name}");
                guests.Add((project, compilation));
            }
        }

        return guests.Count > 0 ? guests : throw new GuestLoadException(
            $"'{path}' is not a guest: {(IsSolution(path) ? "no project of it uses" : "it does not use")} ParaKit.Sdk or reference ParaKit.Guest.", []);
    }

    /// <inheritdoc/>
    public void Dispose() => _workspace.Dispose();

    private async Task<IReadOnlyList<Project>> LoadAsync(string path, LoadProgress progress, CancellationToken cancellation)
    {
        IReadOnlyList<Project> projects;
        try
        {
            projects = IsSolution(path)
                ? [.. (await _workspace.OpenSolutionAsync(Path.GetFullPath(path), progress, cancellation).ConfigureAwait(false)).Projects]
                : WithReferences(await _workspace.OpenProjectAsync(Path.GetFullPath(path), progress, cancellation).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            throw new GuestLoadException($"'{path}' does not load.", [.. _failures, exception.Message]);
        }

        if (!_failures.IsEmpty || !projects.Any(project => project.HasDocuments))
        {
            throw new GuestLoadException($"'{path}' does not load.", [.. _failures]);
        }

        RequireAnalyzers(path, projects);
        return projects;
    }

    /// <summary>A workspace goes on without an analyzer that is missing, and without what it generates.</summary>
    private static void RequireAnalyzers(string path, IReadOnlyList<Project> projects)
    {
        string[] missing =
        [
            .. projects.SelectMany(project => project.AnalyzerReferences).Select(reference => reference.FullPath).OfType<string>()
                .Distinct(StringComparer.Ordinal).Where(file => !File.Exists(file)),
        ];
        if (missing.Length > 0)
        {
            throw new AnalyzersNotBuiltException(path, missing);
        }
    }

    private static IReadOnlyList<Project> WithReferences(Project project)
    {
        var graph = project.Solution.GetProjectDependencyGraph();
        return [project, .. graph.GetProjectsThatThisProjectTransitivelyDependsOn(project.Id).Select(id => project.Solution.GetProject(id)!)];
    }

    // The library that declares the attribute is the tool's own side, not part of the kernel.
    private static bool UsesGuestLibrary(Compilation compilation)
    {
        var attributes = compilation.GetTypesByMetadataName(GuestApi.SensitiveAttribute);
        return !attributes.IsEmpty && !attributes.Any(type => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly));
    }

    private sealed class LoadProgress(IProgress<string> progress) : IProgress<ProjectLoadProgress>
    {
        public void Report(ProjectLoadProgress value)
        {
            if (value.Operation == ProjectLoadOperation.Resolve)
            {
                progress.Report($"Loaded {Path.GetFileNameWithoutExtension(value.FilePath)}");
            }
        }
    }
}
