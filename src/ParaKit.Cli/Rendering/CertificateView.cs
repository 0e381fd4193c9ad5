using System.Globalization;
using ParaKit.Cli.Certifying;
using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints a certificate for people.</summary>
internal static class CertificateView
{
    /// <summary>Prints both lists, then the problems, then the verdict.</summary>
    public static void Write(Certificate certificate, TextWriter writer)
    {
        var code = certificate.MachineCode;
        writer.WriteLine($"{code.Image.Name}, SHA-256 {code.Image.Sha256}");
        writer.WriteLine($"technique {ScanWords.Json(code.Technique)}: {Levels(code)}");
        writer.WriteLine();
        if (certificate.Source is { } source)
        {
            writer.WriteLine($"== In the source of {source.Name} ==");
            WriteSource(source, code, writer);
        }

        writer.WriteLine("== In the machine code ==");
        WriteCode(code, writer);
        foreach (var problem in certificate.Problems)
        {
            writer.WriteLine($"{ScanWords.Json(problem.Kind)}: {problem}");
        }

        var count = certificate.Problems.Count;
        writer.WriteLine(count == 0
            ? "The certificate holds: every sensitive operation is handled."
            : string.Create(CultureInfo.InvariantCulture, $"The certificate does not hold: {count} problem{(count == 1 ? "" : "s")}."));
    }

    private static string Levels(MachineCodeCertificate code) => code.Technique switch
    {
        MonitorTechnique.Native => "kernel at level 0, nothing below it",
        MonitorTechnique.Trap => $"kernel at level {RingLayout.KernelLevel} with its programs, monitor at level 0; {ScanWords.Of(code.Layout)}",
        MonitorTechnique.Translate => "kernel's translation at the monitor's discretion",
        MonitorTechnique.Paravirt => $"kernel at level {RingLayout.KernelLevel} with its programs, Xen at level 0",
        _ => "kernel at level 0 of the processor's guest mode, monitor outside",
    };

    private static void WriteSource(AuditReport source, MachineCodeCertificate code, TextWriter writer)
    {
        var recorded = code.Image.RewrittenCallSites.Where(site => !site.IsInLibrary).ToLookup(site => site.Operation, site => site.Count);
        var table = new TextTable(1, 2);
        table.Add("operation", "calls to rewrite", "recorded in the image", "becomes");
        foreach (var operation in source.Uses.Where(use => use.Rewriting == Rewriting.Rewritten).GroupBy(use => use.Operation).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.Add(operation.Key, Figure(operation.Count()), Figure(recorded[operation.Key].Sum()), operation.First().Becomes ?? "");
        }

        table.Write(writer, indent: "  ");
        writer.WriteLine();
    }

    private static void WriteCode(MachineCodeCertificate code, TextWriter writer)
    {
        var table = new TextTable(1);
        table.Add("instruction", "sites", "from", "handled");
        foreach (var group in code.Instructions.GroupBy(i => (i.Finding.Kind.Name, Source: i.Source ?? "", i.Handling)).OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Source, StringComparer.Ordinal))
        {
            table.Add(group.Key.Name, Figure(group.Count()), group.Key.Source, (group.Key.Handling.IsHandled ? "yes: " : "NO: ") + group.Key.Handling.Text);
        }

        table.Write(writer, indent: "  ");
        writer.WriteLine();
    }

    private static string Figure(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
