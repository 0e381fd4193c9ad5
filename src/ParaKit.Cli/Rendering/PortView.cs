using System.Globalization;
using ParaKit.Building;
using ParaKit.Workspaces.Porting;

namespace ParaKit.Cli.Rendering;

/// <summary>What a port changed, for a person.</summary>
internal static class PortView
{
    /// <summary>Writes one line for each kind of change and a total.</summary>
    public static void Write(PortReport report, TextWriter writer, string? folder)
    {
        foreach (var (rule, count) in report.Fixes)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,5}  {rule} fixed"));
        }

        foreach (var (operation, count) in report.Calls)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,5}  {operation}"));
        }

        var where = folder is null ? "nothing is written" : $"written to {folder}";
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Calls.Values.Sum()} calls made explicit in {report.Files.Count(file => !GuestLocator.IsProject(file.Path))} source files; {where}."));
    }
}
