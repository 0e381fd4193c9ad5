using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Translation;
using ParaKit.Image;

namespace ParaKit.Cli.Reporting;

/// <summary>The machine code of reported operations: as the image has it, and as the translator made it.</summary>
internal sealed class OperationListings
{
    private const int MaximumFunctions = 4;
    private const int MaximumLines = 60;
    private const int MaximumBlocks = 4;

    private readonly Dictionary<string, CodeListing> _listings = new(StringComparer.Ordinal);

    /// <summary>The listings of an operation in a run.</summary>
    public IEnumerable<(string Title, string Text)> Of(TechniqueRun run, ReportedOperation operation)
    {
        ImageSymbol[] functions = [.. run.Image.Symbols.Where(s => s.IsFunction && operation.Functions.Any(name => s.Name.EndsWith(name, StringComparison.Ordinal)))];
        string[] code = [.. functions.SelectMany(f => Listing(run.Image).FindFunction(f.Name, MaximumFunctions)).SelectMany(Lines)];
        if (code.Length > 0)
        {
            yield return ("code in the image", Text(code));
        }

        string[] translated = [.. Blocks(run, functions).SelectMany(block => block.Listing.Append(""))];
        if (translated.Length > 0)
        {
            yield return ("its translation, here with a counter of entries", Text(translated));
        }
    }

    private static IEnumerable<TranslatedBlock> Blocks(TechniqueRun run, ImageSymbol[] functions) => run.Result.TranslatedBlocks
        .Where(b => functions.Any(f => b.Address - f.Address < f.Size))
        .OrderByDescending(b => b.Entries)
        .Take(MaximumBlocks)
        .OrderBy(b => b.Address);

    private static IEnumerable<string> Lines(CodeRange range) => [range.Function + ":", .. range.Instructions.Select(i => "  " + i), ""];

    private static string Text(string[] lines) =>
        string.Join('\n', lines.Length <= MaximumLines ? lines : lines.Take(MaximumLines).Append("…")).TrimEnd();

    private CodeListing Listing(KernelImage image)
    {
        if (!_listings.TryGetValue(image.Sha256, out var listing))
        {
            listing = new CodeListing(image);
            _listings.Add(image.Sha256, listing);
        }

        return listing;
    }
}
