namespace ParaKit.Rewriter.Classification;

/// <summary>What a technique does with a sensitive instruction.</summary>
/// <param name="IsHandled">Whether the kernel gets what it would get on a machine of its own.</param>
/// <param name="Text">How, or what goes wrong.</param>
public readonly record struct Handling(bool IsHandled, string Text)
{
    // Intel SDM vol. 3C, "Instructions That Cause VM Exits Unconditionally" and "Instructions That Cause VM Exits Conditionally".
    private static readonly string[] s_alwaysExit =
        ["cpuid", "invd", "xsetbv", "vmcall", "vmlaunch", "vmresume", "vmxoff", "vmxon"];

    private static readonly string[] s_mayExit =
    [
        "hlt", "in", "ins", "out", "outs", "invlpg", "invpcid", "lgdt", "lidt", "lldt", "ltr", "sgdt", "sidt", "sldt", "str", "lmsw", "clts",
        "mov cr, r", "mov r, cr", "mov dr, r", "mov r, dr", "monitor", "mwait", "rdmsr", "wrmsr", "rdpmc", "rdtsc", "rdtscp", "rdpid",
        "rsm", "wbinvd", "wbnoinvd",
    ];

    private static readonly string[] s_foreign = ["vmrun", "vmmcall", "vmload", "vmsave", "stgi", "clgi"];

    /// <summary>The table.</summary>
    /// <param name="instruction">An instruction that is not innocuous.</param>
    /// <param name="technique">The technique.</param>
    /// <param name="layout">How the kernel is deprivileged, where the technique does that.</param>
    public static Handling Of(SensitiveInstruction instruction, MonitorTechnique technique, RingLayout layout)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        return technique switch
        {
            MonitorTechnique.Native => new(true, "executes at level 0"),
            MonitorTechnique.Trap => OfTrap(instruction, layout),
            MonitorTechnique.Translate => instruction.Class == InstructionClass.Revealing
                ? new(true, "translated to a call of the monitor where it wants to hide the machine")
                : new(true, "translated to code that acts on the virtual processor"),
            MonitorTechnique.Paravirt => OfParavirt(instruction, layout),
            MonitorTechnique.Hardware => OfHardware(instruction),
            _ => throw new ArgumentOutOfRangeException(nameof(technique)),
        };
    }

    private static Handling OfTrap(SensitiveInstruction instruction, RingLayout layout) => instruction switch
    {
        _ when layout.Traps(instruction) => new(true, "traps and is emulated"),
        { Class: InstructionClass.Revealing } => new(true, "executes, and shows the machine"),
        { Class: InstructionClass.Privileged } => new(false, "executes on the machine, behind the monitor's back"),
        _ => new(false, "fails silently"),
    };

    private static Handling OfParavirt(SensitiveInstruction instruction, RingLayout layout) => instruction switch
    {
        { Class: InstructionClass.Revealing } => new(true, "replaced where the machine has to be hidden"),
        _ when layout.Traps(instruction) => new(true, "replaced by a hypercall or shared memory; traps if it is left"),
        _ => new(true, "replaced by a hypercall or shared memory; fails silently if it is left"),
    };

    private static Handling OfHardware(SensitiveInstruction instruction) => instruction.Name switch
    {
        var name when s_alwaysExit.Contains(name) => new(true, "exits to the monitor, always"),
        var name when s_mayExit.Contains(name) => new(true, "executes on the guest's state, or exits if the monitor asks for it"),
        var name when s_foreign.Contains(name) => new(true, "#UD: belongs to another vendor's mode"),
        _ => new(true, "executes on the guest's own state"),
    };
}
