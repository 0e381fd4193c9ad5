using System.ComponentModel;
using System.Diagnostics;

namespace ParaKit.Building;

/// <summary>Runs <c>dotnet</c> as a child process that never outlives this one's interest in it.</summary>
public static class DotnetCommand
{
    // Set by 'dotnet run' for itself; the guest may ask for another SDK by its own global.json.
    private static readonly string[] s_inherited = ["MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath"];

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">Arguments; no shell interprets them.</param>
    /// <param name="line">Takes each line of its output and errors, one at a time.</param>
    /// <param name="cancellation">Kills the process and all that it started.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="GuestException">There is no dotnet.</exception>
    public static async Task<int> RunAsync(IEnumerable<string> arguments, Action<string> line, CancellationToken cancellation)
    {
        using var process = Start(arguments);
        await using var kill = cancellation.Register(() => Kill(process)).ConfigureAwait(false);
        var gate = new Lock();
        await Task.WhenAll(PumpAsync(process.StandardOutput), PumpAsync(process.StandardError)).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;

        async Task PumpAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
            {
                lock (gate)
                {
                    line(text);
                }
            }
        }
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Executable(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var name in s_inherited)
        {
            start.Environment.Remove(name);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new GuestException($"'dotnet' cannot be started ({exception.Message}): building a guest needs the .NET 10 SDK.");
        }
    }

    private static string Executable() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host) ? host : "dotnet";

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself in the same moment.
        }
    }
}
