namespace ParaKit.Hardware.Extensions;

/// <summary>An instruction of an extension: a function of one 64-bit register, which also takes the result.</summary>
/// <param name="Mnemonic">Its name.</param>
/// <param name="Execute">What it does. It must depend on nothing but its argument, because a run must be the same each time.</param>
public sealed record ExtensionInstruction(string Mnemonic, Func<ulong, ulong> Execute)
{
    /// <summary>Cycles that it takes besides those of any instruction.</summary>
    public ulong Cycles { get; init; }

    /// <summary>Whether it raises #GP(0) outside privilege level 0.</summary>
    public bool IsPrivileged { get; init; }
}
