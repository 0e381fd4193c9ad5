using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Certifying;

/// <summary>
/// The sensitive operations of a kernel, found twice: in its source by the compiler, in its image by the scanner. Neither list is made from the
/// other.
/// </summary>
/// <param name="MachineCode">What the image contains.</param>
/// <param name="Source">What the source contains; null if only an image was given.</param>
internal sealed record Certificate(MachineCodeCertificate MachineCode, AuditReport? Source)
{
    /// <summary>Why it does not hold; empty if it does.</summary>
    public IReadOnlyList<CertificateProblem> Problems { get; } = [.. Find(MachineCode, Source)];

    private static IEnumerable<CertificateProblem> Find(MachineCodeCertificate code, AuditReport? source)
    {
        foreach (var violation in code.Violations)
        {
            yield return Problem(ProblemKind.Unhandled, violation, $"{violation.Handling.Text} under {Name(code.Technique)}");
        }

        foreach (var site in code.FalseSites)
        {
            yield return new CertificateProblem(ProblemKind.Unmatched, FormattableString.Invariant($"{site.Operation} is recorded at 0x{site.Address:x16}, but other instructions are there"), null, null);
        }

        // An image that was not linked by ParaKit records nothing that could be compared.
        var isRecorded = source is not null || !code.Image.MachineSites.IsEmpty;
        var strangers = code.Instructions.Where(i => isRecorded && i.Handling.IsHandled && i.Source is null && i.Finding.Kind.Class != InstructionClass.Revealing);
        foreach (var stranger in strangers)
        {
            yield return Problem(ProblemKind.Unmatched, stranger, "comes from no operation of the source");
        }

        foreach (var problem in source is null || code.Technique != MonitorTechnique.Paravirt ? [] : Compare(code, source))
        {
            yield return problem;
        }
    }

    /// <summary>What the source has rewritten must be recorded in the image, call by call.</summary>
    private static IEnumerable<CertificateProblem> Compare(MachineCodeCertificate code, AuditReport source)
    {
        foreach (var use in source.Uses.Where(use => use.NeedsHand))
        {
            yield return new CertificateProblem(ProblemKind.NotRewritten, $"'{use.Operation}' is not rewritten: {use.Problem}", use.File, use.Line);
        }

        var recorded = code.Image.RewrittenCallSites.Where(site => !site.IsInLibrary)
            .GroupBy(site => site.Operation, site => site.Count, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(), StringComparer.Ordinal);
        foreach (var operation in source.Uses.Where(use => use.Rewriting == Rewriting.Rewritten).GroupBy(use => use.Operation))
        {
            var count = recorded.GetValueOrDefault(operation.Key);
            if (count != operation.Count())
            {
                var first = operation.First();
                yield return new CertificateProblem(
                    ProblemKind.Unmatched, $"the source calls '{operation.Key}' {operation.Count()} times, the image records {count} rewritten calls", first.File, first.Line);
            }

            recorded.Remove(operation.Key);
        }

        foreach (var (operation, count) in recorded.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            yield return new CertificateProblem(ProblemKind.Unmatched, $"the image records {count} rewritten calls of '{operation}', the source has none", null, null);
        }
    }

    private static CertificateProblem Problem(ProblemKind kind, CertifiedInstruction instruction, string why)
    {
        var finding = instruction.Finding;
        var place = $"{finding.Symbol?.ToString() ?? finding.Section.Name}{(instruction.IsInData ? ", data that is called," : "")}";
        return new CertificateProblem(
            kind, FormattableString.Invariant($"'{finding.Text}' at 0x{finding.Address:x16} in {place} {why}"), finding.Line?.File, finding.Line?.Line);
    }

    private static string Name(MonitorTechnique technique) => $"'{Rendering.ScanWords.Json(technique)}'";
}
