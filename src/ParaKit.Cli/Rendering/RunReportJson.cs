using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="RunReport"/>, generated at compile time.</summary>
[JsonSerializable(typeof(RunReport))]
internal sealed partial class RunReportJson : JsonSerializerContext
{
    /// <summary>Writes a report as UTF-8, ending with a newline.</summary>
    public static void Write(RunReport report, Stream output) =>
        ReadableJson.Write(output, report, static options => new RunReportJson(options).RunReport);
}
