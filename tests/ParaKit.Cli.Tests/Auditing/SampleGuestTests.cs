using ParaKit.Workspaces;
using ParaKit.Workspaces.Auditing;
using ParaKit.Workspaces.Calls;

namespace ParaKit.Cli.Tests.Auditing;

/// <summary>The audit says beforehand what the compiler is seen to do.</summary>
public sealed class SampleGuestTests
{
    private static readonly string s_project = Path.Join(GuestFolder.RepositoryRoot, "sample-guest", "Guest.csproj");

    [Fact]
    public async Task Audit_Rewritten_IsWhatTheGeneratorIntercepts()
    {
        AuditReport audit = await GuestAudit.RunAsync(s_project, GuestFolder.Configuration, new NoProgress(), CancellationToken.None);
        IReadOnlyList<RewrittenCall> calls = await GuestRewriting.FindAsync(s_project, GuestFolder.Configuration, new NoProgress(), CancellationToken.None);
        Assert.NotEmpty(calls);
        Assert.Equal(
            calls.Select(call => (call.File, call.Line, call.Symbol, call.Operation)).Order(),
            audit.Uses.Where(use => use.Rewriting == Rewriting.Rewritten).Select(use => (use.File, use.Line, use.Symbol, use.Operation)).Order());
    }

    [Fact]
    public async Task Audit_OfTheSample_FindsNothingToChangeByHand()
    {
        AuditReport audit = await GuestAudit.RunAsync(s_project, GuestFolder.Configuration, new NoProgress(), CancellationToken.None);
        Assert.Empty(audit.CompileErrors);
        Assert.Equal(0, audit.PortCost.Total.HandChangedLines);
        Assert.Equal(audit.PortCost.Total.RewrittenCallSites, audit.Uses.Count(use => use.Class != OperationClass.Innocuous));
        Assert.True(audit.PortCost.RewrittenPercent is > 0 and < 100);
    }

    private sealed class NoProgress : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
