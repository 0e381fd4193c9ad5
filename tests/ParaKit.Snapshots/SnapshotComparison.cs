using System.Text;

namespace VerifyTests;

/// <summary>Compares and, on a difference, writes <c>*.received.*</c> and fails. Nothing here writes a verified file.</summary>
internal static class SnapshotComparison
{
    private static readonly UTF8Encoding s_encoding = new(encoderShouldEmitUTF8Identifier: true);

    internal static async Task RunAsync(string stem, VerifySettings settings, Target[] targets)
    {
        StringBuilder problems = new();
        foreach (Target target in targets)
        {
            string verified = SnapshotFile.Full(stem, target, "verified");
            string received = SnapshotFile.Full(stem, target, "received");
            string text = settings.Normalize(target.Data);
            string? expected = File.Exists(verified) ? await ReadAsync(verified).ConfigureAwait(false) : null;
            File.Delete(received);
            if (expected != text)
            {
                await File.WriteAllTextAsync(received, text, s_encoding).ConfigureAwait(false);
                problems.Append(expected is null ? "New:\n" : "NotEqual:\n")
                    .Append("  - Received: ").Append(Path.GetFileName(received)).Append('\n')
                    .Append("    Verified: ").Append(Path.GetFileName(verified)).Append("\n\n")
                    .Append(text).Append('\n');
            }
        }

        if (problems.Length > 0)
        {
            throw new VerifyException($"Directory: {Path.GetDirectoryName(stem)}\n{problems}");
        }
    }

    private static async Task<string> ReadAsync(string file) =>
        (await File.ReadAllTextAsync(file).ConfigureAwait(false)).Replace("\r\n", "\n", StringComparison.Ordinal);
}
