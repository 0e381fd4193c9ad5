using System.Text;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests;

/// <summary>A technique that returns what it is told, after sending the console in single bytes as a serial port does.</summary>
internal sealed class FakeTechnique(RunResult result, Func<Exception>? failure = null) : ITechnique
{
    /// <summary>What the last run was given.</summary>
    public RunRequest? LastRun { get; private set; }

    public string Name => result.Technique;

    public RunResult Run(RunRequest run)
    {
        LastRun = run;
        if (failure is not null)
        {
            throw failure();
        }

        foreach (var value in Encoding.UTF8.GetBytes(result.Console))
        {
            run.Console?.Invoke([value]);
        }

        return result;
    }
}
