using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ParaKit.Benchmarks;

/// <summary>
/// How much of a clean build the rules and generators are: the large kernel is built with the packaged SDK, and its compilations are run again with
/// and without them, one compiler server for each run, as <c>dotnet build</c> has one. CPU time counts, because the machine may have other work.
/// </summary>
internal sealed partial class BuildShare(string packages, string folder)
{
    private const int Rounds = 5;

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
        (double with, double without) = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            double ruled = Served(compilations, withRules: true);
            double plain = Served(compilations, withRules: false);
            Console.WriteLine(FormattableString.Invariant($"round {round + 1}: compilations {ruled:F2} s with rules and generators, {plain:F2} s without"));
            with = Math.Min(with, ruled);
            without = Math.Min(without, plain);
        }

        Console.WriteLine(FormattableString.Invariant($"everything else in the build (both images): {rest:F2} s"));
        Console.WriteLine(FormattableString.Invariant($"share of a clean build: {(with - without) / (without + rest):P1}"));
    }

    // One server, from its start: the second compilation finds it warm, as in a build.
    private double Served((string Compiler, string Arguments)[] compilations, bool withRules)
    {
        string name = "parakit" + Guid.NewGuid().ToString("N");
        double clients = 0;
        foreach (var (compiler, arguments) in compilations)
        {
            Child client = Compile(compiler, arguments, withRules, $"-shared:{name}", "-keepalive:60");
            client.Finish();
            clients += client.Seconds;
        }

        Process server = Process.GetProcesses().Single(process => IsServer(process, name));
        double seconds = server.TotalProcessorTime.TotalSeconds;
        server.Kill();
        server.WaitForExit();
        return clients + seconds;
    }

    private double Once((string Compiler, string Arguments) compilation)
    {
        Child child = Compile(compilation.Compiler, compilation.Arguments, withRules: true);
        child.Finish();
        return child.Seconds;
    }

    private Child Compile(string compiler, string arguments, bool withRules, params string[] options)
    {
        string response = Path.Join(folder, "obj", "share.rsp");
        File.WriteAllText(response, withRules ? arguments : AnalyzerOption().Replace(arguments, ""));
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
