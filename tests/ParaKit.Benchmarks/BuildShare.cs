using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ParaKit.Benchmarks;

/// <summary>
/// How much of a clean build the rules and generators are: the large kernel is built with the packaged SDK, and its compilations are run again with
/// and without them, one compiler server for each run, as <c>dotnet build</c> has one, and started as ParaKit's SDK starts it. CPU time counts, because the
/// machine may have other work. Beside that, two figures say what the share is made of: the same compilations with an analyzer that does nothing, and those
/// of a server that has compiled before.
/// </summary>
internal sealed partial class BuildShare(string packages, string folder, int rounds)
{
    private const int Builds = 12;
    private const int WarmingBuilds = 6;

    private enum Rules
    {
        All,
        Idle,
        None,
    }

    /// <summary>Prints the times and the share.</summary>
    internal void Run()
    {
        string version = Directory.GetFiles(packages, "ParaKit.Sdk.*.nupkg").Select(static file => PackageName().Match(Path.GetFileName(file)).Groups[1].Value).Order(StringComparer.Ordinal).Last();
        GeneratedGuest.WriteProject(folder, version, packages);
        Start("dotnet", "restore", "-v", "q", "-nologo").Finish();
        Start("dotnet", "build", "-c", "Release", "--no-restore", "-v", "q", "-nologo").Finish();
        Start("dotnet", "clean", "-c", "Release", "-v", "q", "-nologo").Finish();
        Child build = Start("dotnet", "build", "-c", "Release", "--no-restore", "-v", "n", "-clp:ShowCommandLine", "-nologo", "-nodereuse:false", "-p:UseSharedCompilation=false");
        (string Compiler, string Arguments)[] compilations = [.. CommandLine().Matches(build.Finish()).Select(static match => (match.Groups[1].Value, match.Groups[2].Value))];
        double rest = build.Seconds - compilations.Sum(compilation => Once(compilation));
        string idle = IdleAnalyzer.Write(Path.Join(folder, "obj"), Path.GetDirectoryName(compilations[0].Compiler)!);
        double[] cold = Best(rounds, rules => Served(compilations, rules, idle, builds: 1)[0]);
        Console.WriteLine(FormattableString.Invariant($"everything else in the build (both images): {rest:F2} s"));
        Print("share of a clean build", cold, rest);
        double[] warm = Best((rounds + 1) / 2, rules => Served(compilations, rules, idle, Builds).Skip(WarmingBuilds).Min());
        Print($"share, if the compiler server has made {WarmingBuilds} such builds before, the best of the next {Builds - WarmingBuilds}", warm, rest);
    }

    private static double[] Best(int rounds, Func<Rules, double> measure)
    {
        double[] best = [double.MaxValue, double.MaxValue, double.MaxValue];
        for (int round = 0; round < rounds; round++)
        {
            double[] times = [.. Enum.GetValues<Rules>().Select(measure)];
            Console.WriteLine(FormattableString.Invariant($"round {round + 1}: compilations {times[0]:F2} s with rules and generators, {times[1]:F2} s with an analyzer that does nothing, {times[2]:F2} s without"));
            best = [.. best.Zip(times, Math.Min)];
        }

        return best;
    }

    private static void Print(string what, double[] best, double rest) => Console.WriteLine(FormattableString.Invariant(
        $"{what}: {(best[(int)Rules.All] - best[(int)Rules.None]) / (best[(int)Rules.All] + rest):P1}, of it {(best[(int)Rules.Idle] - best[(int)Rules.None]) / (best[(int)Rules.All] + rest):P1} for having an analyzer at all"));

    // One server, from its start: the second compilation finds it warm, as in a build. What each build took.
    private double[] Served((string Compiler, string Arguments)[] compilations, Rules rules, string idle, int builds)
    {
        string name = "parakit" + Guid.NewGuid().ToString("N");
        var times = new double[builds];
        Process? server = null;
        for (int build = 0; build < builds; build++)
        {
            double before = server?.TotalProcessorTime.TotalSeconds ?? 0;
            foreach (var (compiler, arguments) in compilations)
            {
                Child client = Compile(compiler, arguments, rules, idle, $"-shared:{name}", "-keepalive:60");
                client.Finish();
                times[build] += client.Seconds;
            }

            server ??= Process.GetProcesses().Single(process => IsServer(process, name));
            server.Refresh();
            times[build] += server.TotalProcessorTime.TotalSeconds - before;
        }

        server!.Kill();
        server.WaitForExit();
        return times;
    }

    private double Once((string Compiler, string Arguments) compilation)
    {
        Child child = Compile(compilation.Compiler, compilation.Arguments, Rules.All, "");
        child.Finish();
        return child.Seconds;
    }

    // The generators stay with neither of the other two: what they write is not missed by what else is compiled.
    private Child Compile(string compiler, string arguments, Rules rules, string idle, params string[] options)
    {
        string response = Path.Join(folder, "obj", "share.rsp");
        string without = AnalyzerOption().Replace(arguments, "");
        File.WriteAllText(response, rules switch
        {
            Rules.All => arguments,
            Rules.Idle when arguments.Contains("ParaKit.Analyzers.dll", StringComparison.Ordinal) => $"{without} /analyzer:{idle}",
            _ => without,
        });
        return Start(compiler, [.. options, "-noconfig", "@" + response]);
    }

    private static bool IsServer(Process process, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(name, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Child Start(string program, params string[] arguments) => new(program, arguments, folder);

    [GeneratedRegex(@"ParaKit\.Sdk\.(\d.*)\.nupkg")]
    private static partial Regex PackageName();

    [GeneratedRegex(@"^\s*(\S*/bincore/csc) /noconfig (.* /out:obj/\S*Big\.dll .*)$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@" /analyzer:\S+")]
    private static partial Regex AnalyzerOption();

    /// <summary>A process and the CPU time of it and its children.</summary>
    private sealed class Child(string program, string[] arguments, string folder)
    {
        internal double Seconds { get; private set; }

        internal string Finish()
        {
            // The shell's "time" counts children, too.
            ProcessStartInfo start = new("/bin/bash") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["DOTNET_TieredPGO"] = "0";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("TIMEFORMAT='%U %S'; time \"$@\" 2>&1");
            start.ArgumentList.Add("time");
            start.ArgumentList.Add(program);
            Array.ForEach(arguments, start.ArgumentList.Add);
            using Process process = Process.Start(start)!;
            Task<string> times = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{output}");
            }

            Seconds = times.Result.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(static time => double.Parse(time, CultureInfo.InvariantCulture));
            return output;
        }
    }
}
