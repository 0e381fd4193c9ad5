using System.Globalization;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Cli.Rendering;

/// <summary>What went wrong silently, for people.</summary>
internal static class SilentFailureText
{
    /// <summary>A heading and one line per site; nothing if there are none.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SilentFailure> failures)
    {
        if (failures.Count == 0)
        {
            yield break;
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{failures.Count} sensitive instructions did not trap and went wrong silently (--patch-silent replaces them by breakpoints):");
        foreach (var failure in failures)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {failure.Address:x16}  {failure.Instruction,-20} {failure.Location}: expected {failure.Expected}, was {failure.Actual} ({failure.Count:N0} times)");
        }
    }
}
