using System.Globalization;
using System.Text.Json;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Cli.Rendering;

/// <summary>Words for what a scan finds.</summary>
internal static class ScanWords
{
    /// <summary>What stands for the symbol where there is none.</summary>
    public const string NoSymbol = "(no symbol)";

    /// <summary>Name and meaning of a class.</summary>
    public static (string Name, string Meaning) Of(InstructionClass which) => which switch
    {
        InstructionClass.Privileged => ("Privileged", "traps outside the most privileged level"),
        InstructionClass.SensitiveUnprivileged => ("Sensitive, unprivileged", "does not trap, but does or tells something else"),
        InstructionClass.Revealing => ("Revealing", "behaves alike, but tells what it runs on"),
        _ => ("Innocuous", "behaves alike at every privilege level"),
    };

    /// <summary>How an instruction was found.</summary>
    public static string Of(CodeOrigin origin) => origin == CodeOrigin.Descent ? "flow" : "sweep";

    /// <summary>The circumstances of deprivileging.</summary>
    public static string Of(RingLayout layout) => string.Create(CultureInfo.InvariantCulture, $"UMIP {(layout.Umip ? "on" : "off")}, IOPL {layout.Iopl}");

    /// <summary>Name of the function that has an instruction.</summary>
    public static string Symbol(ScanFinding finding) => finding.Symbol?.Name ?? NoSymbol;

    /// <summary>An address in full.</summary>
    public static string Address(ulong address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:x16}");

    /// <summary>A value's name as JSON documents have it.</summary>
    public static string Json(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
