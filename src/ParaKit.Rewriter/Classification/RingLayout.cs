namespace ParaKit.Rewriter.Classification;

/// <summary>Under what circumstances a kernel is deprivileged to level 3.</summary>
/// <param name="Umip">Whether CR4.UMIP is set.</param>
/// <param name="Iopl">RFLAGS.IOPL, 0 to 3.</param>
public readonly record struct RingLayout(bool Umip = false, int Iopl = 0)
{
    /// <summary>The privilege level that a deprivileged kernel runs at, where nothing else fits into 64-bit paging's two levels.</summary>
    public const int KernelLevel = 3;

    /// <summary>Whether instructions that ask for I/O privilege have it.</summary>
    public bool HasIoPrivilege => Iopl >= KernelLevel;

    /// <summary>Whether an instruction traps at level 3.</summary>
    public bool Traps(SensitiveInstruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        return instruction switch
        {
            { TrapsWithUmip: true } => Umip,
            { Class: InstructionClass.Privileged, DependsOnIopl: true } => !HasIoPrivilege,
            { Name: "int n" } => true,
            _ => instruction.Class == InstructionClass.Privileged,
        };
    }

    /// <summary>What happens when a kernel executes it at level 3.</summary>
    public string Deprivileged(SensitiveInstruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        return instruction switch
        {
            { TrapsWithUmip: true } when Umip => "#GP(0), because of UMIP",
            { Class: InstructionClass.Privileged, DependsOnIopl: true } when HasIoPrivilege => "no trap: acts on the machine, by I/O privilege",
            { Class: InstructionClass.Privileged, DependsOnIopl: true } => "#GP(0), because CPL > IOPL",
            { Name: "popf" } when HasIoPrivilege => "no trap: changes the machine's IF, by I/O privilege; keeps IOPL",
            { Name: "pushf" } when HasIoPrivilege => "no trap: shows IF of the machine, and IOPL 3",
            _ => instruction.Deprivileged,
        };
    }
}
