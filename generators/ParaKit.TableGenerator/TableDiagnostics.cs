using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator;

/// <summary>What can be wrong with an attributed method.</summary>
internal static class TableDiagnostics
{
    public static readonly DiagnosticDescriptor Duplicate = new(
        "PKT001", "Two methods claim the same table entry", "{0} is already implemented by {1}",
        "ParaKit.Tables", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Unresolved = new(
        "PKT002", "A type parameter does not follow from the instruction's operands", "{0}: {1}",
        "ParaKit.Tables", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
