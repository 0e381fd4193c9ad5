using System.Reflection;
using System.Runtime.CompilerServices;
using VerifyTests;

namespace VerifyXunit;

/// <summary>Compares texts with <c>Class.Method[_parameter=value][#name].verified.extension</c> beside the test's source.</summary>
public static class Verifier
{
    /// <summary>Compares a text with a <c>.txt</c> snapshot.</summary>
    public static SettingsTask Verify(string? target, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "") =>
        Verify(target, "txt", settings, sourceFile);

    /// <summary>Compares a text with a snapshot of the given extension.</summary>
    public static SettingsTask Verify(string? target, string extension, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "") =>
        Verify([new Target(extension, target ?? "null")], settings, sourceFile);

    /// <summary>Compares several texts, each with a snapshot of its own.</summary>
    public static SettingsTask Verify(IEnumerable<Target> targets, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "")
    {
        MethodInfo method = UsesVerifyAttribute.Method;
        Target[] all = [.. targets];
        return new SettingsTask(settings, final => SnapshotComparison.RunAsync(SnapshotFile.Stem(final, method, sourceFile), final, all));
    }
}
