using System.Globalization;

namespace ParaKit.Image.Linking;

/// <summary>A reason why no image was made.</summary>
/// <param name="Code">Number, "PKLINK001".</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Line">Where in the C# source, if the debug information tells.</param>
public sealed record LinkDiagnostic(string Code, string Message, SourceLine? Line)
{
    /// <summary>An undefined symbol.</summary>
    public const string UndefinedSymbol = "PKLINK001";

    /// <summary>A privileged machine operation in a paravirtual image.</summary>
    public const string PrivilegedOperation = "PKLINK002";

    /// <summary>A relocation that does not fit or is not known.</summary>
    public const string BadRelocation = "PKLINK003";

    /// <summary>The user program reaches something that only the kernel has.</summary>
    public const string UserProgram = "PKLINK004";

    /// <summary>A sensitive instruction in a paravirtual image that nothing handles.</summary>
    public const string UnhandledInstruction = "PKCERT001";

    /// <summary>A recorded site that is not what the record says.</summary>
    public const string FalseSite = "PKCERT002";

    /// <summary>The form that MSBuild recognises; <paramref name="origin"/> stands for the file when no line is known.</summary>
    public string Format(string origin) => string.Create(
        CultureInfo.InvariantCulture, $"{(Line is { } line ? line.ToString() : origin)}: error {Code}: {Message}");
}
