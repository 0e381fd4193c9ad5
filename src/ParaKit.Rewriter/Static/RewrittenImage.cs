namespace ParaKit.Rewriter.Static;

/// <summary>A native kernel that now runs paravirtualized.</summary>
/// <param name="File">The ELF file.</param>
/// <param name="Sites">What was replaced, by address.</param>
/// <param name="Warnings">Bytes that look like sensitive instructions but were left alone, with the reason.</param>
public sealed record RewrittenImage(byte[] File, IReadOnlyList<RewrittenSite> Sites, IReadOnlyList<string> Warnings);
