using System.CommandLine.Parsing;
using System.Globalization;

namespace ParaKit.Cli.Commands;

/// <summary>Sizes such as "64M": a whole number with an optional unit of 1024, 1024² or 1024³ bytes.</summary>
internal static class MemorySize
{
    /// <summary>The least a kernel, its tables and its heap fit into.</summary>
    public const ulong Smallest = 4UL << 20;

    /// <summary>More than this is a typing error.</summary>
    public const ulong Largest = 64UL << 30;

    /// <summary>Reads a size in bytes; on failure <paramref name="error"/> says why.</summary>
    public static bool TryParse(string text, out ulong bytes, out string error)
    {
        var unit = Unit(text);
        var digits = unit == 0 ? text : text[..^1];
        bytes = 0;
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            error = $"'{text}' is not a size; write a whole number with K, M or G, such as 64M.";
            return false;
        }

        if (number > Largest || number << unit is < Smallest or > Largest)
        {
            error = $"'{text}' is not a possible memory size; it must be from {Smallest >> 20}M to {Largest >> 30}G.";
            return false;
        }

        bytes = number << unit;
        error = "";
        return true;
    }

    /// <summary>Reads the argument of --memory.</summary>
    public static ulong ParseMemory(ArgumentResult result)
    {
        if (!TryParse(result.Tokens[0].Value, out var bytes, out var error))
        {
            result.AddError($"--memory: {error}");
        }

        return bytes;
    }

    private static int Unit(string text) => text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch
    {
        'K' => 10,
        'M' => 20,
        'G' => 30,
        _ => 0,
    };
}
