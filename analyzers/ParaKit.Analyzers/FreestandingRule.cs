using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers;

/// <summary>A rule about C# that compiles but cannot work without a runtime; applies to guest compilations only.</summary>
public abstract class FreestandingRule : GuestRule
{
    // Generated code runs in the kernel like any other, so it is checked too.
    private protected FreestandingRule(DiagnosticDescriptor descriptor)
        : base(descriptor, GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected sealed override bool AppliesTo(GuestBuild guest) => guest.IsGuest;
}
