using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ParaKit.Image.Linking;

namespace ParaKit.Sdk;

/// <summary>Command line of the link step; @file adds one argument per line of the file.</summary>
internal sealed record LinkArguments(string ObjectFile, string ImageFile, LinkOptions Options, IReadOnlyList<string> Assemblies, IReadOnlyList<string> Libraries, string? SitesFile, string? SourceRoot, bool Certify)
{
    /// <summary>Whether the image is checked for what is left in it: paravirtual ones, unless switched off.</summary>
    internal bool IsCertified => Certify && Options.Mode == ImageMode.Paravirt;

    internal const string Usage =
        "usage: parakit-link <object> <image> --mode native|paravirt [--assembly <dll>] [--library <dll>] [--heap-bytes <n>] [--stack-bytes <n>] [--pool-pages <n>] [--sites <file>] [--source-root <folder>] [--certify true|false] [@<response file>]";

    internal static bool TryParse(string[] arguments, [NotNullWhen(true)] out LinkArguments? link, [NotNullWhen(false)] out string? problem)
    {
        link = null;
        List<string> files = [];
        List<string> assemblies = [];
        List<string> libraries = [];
        string? sites = null;
        string? sourceRoot = null;
        bool certify = true;
        var options = new LinkOptions(ImageMode.Native);
        using IEnumerator<string> all = Expand(arguments).GetEnumerator();
        while (all.MoveNext())
        {
            string argument = all.Current;
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                files.Add(argument);
                continue;
            }

            if (!all.MoveNext())
            {
                problem = $"{argument} needs a value";
                return false;
            }

            string value = all.Current;
            if (argument is "--assembly" or "--library")
            {
                (argument == "--assembly" ? assemblies : libraries).Add(value);
            }
            else if (argument == "--sites")
            {
                sites = value;
            }
            else if (argument == "--source-root")
            {
                sourceRoot = value;
            }
            else if (argument == "--certify" && bool.TryParse(value, out bool wanted))
            {
                certify = wanted;
            }
            else if (!TrySet(ref options, argument, value))
            {
                problem = $"'{argument} {value}' is not understood";
                return false;
            }
        }

        problem = files.Count == 2 ? null : "an object file and an image file are needed";
        link = problem is null ? new LinkArguments(files[0], files[1], options, assemblies, libraries, sites, sourceRoot, certify) : null;
        return link is not null;
    }

    private static IEnumerable<string> Expand(IEnumerable<string> arguments) => arguments.SelectMany(a =>
        a.StartsWith('@') ? File.ReadAllLines(a[1..]).Where(l => l.Length > 0) : [a]);

    private static bool TrySet(ref LinkOptions options, string name, string value)
    {
        if (name == "--mode")
        {
            bool known = value is "native" or "paravirt";
            options = options with { Mode = value == "paravirt" ? ImageMode.Paravirt : ImageMode.Native };
            return known;
        }

        if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) || number == 0)
        {
            return false;
        }

        (options, bool set) = name switch
        {
            "--heap-bytes" => (options with { HeapBytes = number }, true),
            "--stack-bytes" => (options with { StackBytes = number }, true),
            "--pool-pages" => (options with { PoolPages = (int)Math.Min(number, int.MaxValue) }, true),
            _ => (options, false),
        };
        return set;
    }
}
