using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ParaKit.Workspaces.Auditing;

/// <summary>A diagnostic as the compiler prints it, without saying where on this machine the file is.</summary>
internal static class DiagnosticText
{
    internal static string Of(Diagnostic diagnostic, ProjectPaths paths)
    {
        var message = $"error {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
        if (!diagnostic.Location.IsInSource)
        {
            return $"{paths.Project}: {message}";
        }

        var span = diagnostic.Location.GetLineSpan();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{paths.Relative(span.Path)}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): {message}");
    }
}
