using Microsoft.CodeAnalysis;

namespace ParaKit.RoslynTesting;

/// <summary>Severities from the text of an <c>.editorconfig</c>, read by the compiler's own parser.</summary>
public sealed class EditorConfig : SyntaxTreeOptionsProvider
{
    private readonly AnalyzerConfigSet _set;

    /// <summary>Parses the text; sections as in a file beside the guest's sources.</summary>
    public EditorConfig(string text) =>
        _set = AnalyzerConfigSet.Create((AnalyzerConfig[])[AnalyzerConfig.Parse(text, GuestCompilation.Folder + ".editorconfig")]);

    /// <inheritdoc/>
    public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

    /// <inheritdoc/>
    public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return _set.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);
    }

    /// <inheritdoc/>
    public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
    {
        severity = ReportDiagnostic.Default;
        return false;
    }
}
