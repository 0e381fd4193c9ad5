using System.Collections.Concurrent;
using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Rewriter.Static;

namespace ParaKit.EndToEnd.Tests;

/// <summary>
/// Random programs under the sample kernel do the same in every technique: their results, their system calls with arguments, the memory they leave, and
/// everything on the console besides. Popek and Goldberg's equivalence, by example.
/// </summary>
public sealed class EquivalenceTests
{
    private const int InDebug = 40;
    private const int InRelease = 1000;

    [Fact]
    public void Programs_AreTheSameInEveryTechnique() => Compare(BuildOutput.Configuration.ToLowerInvariant(), InDebug);

    /// <summary>Optimized code, and many more programs than the other configuration would have time for.</summary>
    [ReleasedSampleFact]
    public void ManyPrograms_AreTheSameInEveryTechnique() => Compare("release", InRelease);

    private static void Compare(string configuration, int programs)
    {
        KernelImage native = Load(configuration, "native");
        KernelImage rewritten = KernelImage.Load(StaticRewriter.Rewrite(native, BuildOutput.Bridge()).File, "rewritten");
        (string Name, ITechnique Technique, KernelImage Image)[] variants =
        [
            ("translate", new TranslateTechnique(), native),
            ("paravirt, rewritten binary", new ParavirtTechnique(), rewritten),
            ("trap", new TrapTechnique(), native),
            ("paravirt, rewritten source", new ParavirtTechnique(), Load(configuration, "paravirt")),
            ("hardware", new HardwareTechnique(), native),
        ];
        string[] expected = Lines(new NativeTechnique(), native, programs);
        Assert.Equal(programs, expected.Count(line => line.StartsWith("PROGRAM ", StringComparison.Ordinal)));
        ConcurrentBag<string> differences = [];
        Parallel.ForEach(variants, variant => differences.Add(Describe(variant.Name, expected, Lines(variant.Technique, variant.Image, programs))));
        Assert.DoesNotContain(differences, difference => difference.Length > 0);
    }

    private static string Describe(string variant, string[] expected, string[] actual)
    {
        var line = Enumerable.Range(0, Math.Max(expected.Length, actual.Length)).FirstOrDefault(i => At(expected, i) != At(actual, i), -1);
        return line < 0 ? "" : $"{variant}, line {line}: {At(actual, line)} (native: {At(expected, line)})";
    }

    private static string At(string[] lines, int index) => index < lines.Length ? lines[index] : "(none)";

    /// <summary>
    /// The console without what differs by design: the size of memory, of which a rewritten binary's bridge takes some, and the error code of a fault at
    /// the kernel's addresses, which a 64-bit paravirtual kernel does not share with its programs.
    /// </summary>
    private static string[] Lines(ITechnique technique, KernelImage image, int programs)
    {
        RunResult result = technique.Run(new RunRequest(image) { CommandLine = $"programs={programs}" });
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, $"{technique.Name}: {result.Reason}");
        Assert.Empty(result.SilentFailures);
        return [.. result.Console.Split('\n').Skip(1).Select(line => line.Split(", error code")[0])];
    }

    private static KernelImage Load(string configuration, string mode)
    {
        string path = ReleasedSampleFactAttribute.Path(configuration, mode);
        return KernelImage.Load(File.ReadAllBytes(path), Path.GetFileName(path));
    }
}
