namespace ParaKit.Rewriter.Classification;

/// <summary>What is to be known about an instruction that is not innocuous.</summary>
/// <param name="Name">Mnemonic in the manual's spelling, with the kind of operand where that matters ("mov r, cr").</param>
/// <param name="Class">Its class.</param>
/// <param name="Deprivileged">What happens when a kernel executes it at privilege level 3.</param>
public sealed record SensitiveInstruction(string Name, InstructionClass Class, string Deprivileged)
{
    /// <summary>
    /// One of the 17 of Robin and Irvine, "Analysis of the Intel Pentium's Ability to Support a Secure Virtual Machine Monitor" (2000).
    /// </summary>
    public bool IsOfThe17 { get; init; }

    /// <summary>With CR4.UMIP it raises #GP(0) outside level 0 instead (Intel SDM vol. 3A, "Control Registers").</summary>
    public bool TrapsWithUmip { get; init; }

    /// <summary>Its rights depend on RFLAGS.IOPL: at IOPL 3 it does not trap at level 3.</summary>
    public bool DependsOnIopl { get; init; }
}
