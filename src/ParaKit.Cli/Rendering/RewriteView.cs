using System.Globalization;
using ParaKit.Rewriter.Static;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints what a rewriting replaced, for people.</summary>
internal static class RewriteView
{
    /// <summary>Prints each site with the code before and after, then the totals.</summary>
    public static void Write(RewrittenImage rewritten, TextWriter writer)
    {
        foreach (var site in rewritten.Sites)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{site.Address:x16}  {site.Location}: {site.Name}, {Words(site.Form)}"));
            writer.WriteLine($"    - {string.Join("; ", site.Before)}");
            writer.WriteLine($"    + {string.Join("; ", site.After)}");
            if (site.Trampoline.Count > 0)
            {
                writer.WriteLine($"    > {string.Join("; ", site.Trampoline)}");
            }
        }

        var forms = rewritten.Sites.GroupBy(site => site.Form).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Words(group.Key)}");
        writer.WriteLine($"{rewritten.Sites.Count} sites rewritten: {string.Join(", ", forms)}.");
    }

    /// <summary>A form in words.</summary>
    public static string Words(RewriteForm form) => form switch
    {
        RewriteForm.Interrupt => "in place",
        RewriteForm.Breakpoint => "in place by a breakpoint",
        _ => "by a trampoline",
    };
}
