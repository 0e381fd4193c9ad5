using System.Diagnostics;
using System.Text;

namespace ParaKit.Oracles;

/// <summary>Runs programs and collects what they print; a program that does not end in time is ended with its children.</summary>
public static class ChildProcess
{
    /// <summary>How a program ended: exit code (-1 if it was ended) and everything it printed.</summary>
    public sealed record Outcome(int ExitCode, string Output);

    /// <summary>Runs <paramref name="file"/> until it ends, <paramref name="limit"/> passes or a line satisfies <paramref name="isDone"/>.</summary>
    public static Outcome Run(string file, IEnumerable<string> arguments, string? directory = null, TimeSpan? limit = null, Func<string, bool>? isDone = null)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(file, arguments) };
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        process.StartInfo.RedirectStandardInput = true;
        process.StartInfo.WorkingDirectory = directory ?? "";
        // A build started by a test must not inherit the settings of the build that runs the tests.
        foreach (string variable in process.StartInfo.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            process.StartInfo.Environment.Remove(variable);
        }

        var output = new StringBuilder();
        using var done = new ManualResetEventSlim();
        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.Append(line.Data).Append('\n');
            }

            if (line.Data is not null && isDone?.Invoke(line.Data) == true)
            {
                done.Set();
            }
        }

        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var watch = Stopwatch.StartNew();
        TimeSpan most = limit ?? TimeSpan.FromMinutes(5);
        while (!process.WaitForExit(100) && !done.IsSet && watch.Elapsed < most)
        {
        }

        bool ended = process.HasExited;
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        lock (output)
        {
            return new Outcome(ended ? process.ExitCode : -1, output.ToString());
        }
    }
}
