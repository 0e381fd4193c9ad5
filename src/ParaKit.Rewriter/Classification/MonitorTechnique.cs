namespace ParaKit.Rewriter.Classification;

/// <summary>The ways to run a kernel that are compared, for the question what each does with an instruction.</summary>
public enum MonitorTechnique
{
    /// <summary>On the machine itself, at privilege level 0.</summary>
    Native,

    /// <summary>Unchanged at privilege level 3; a monitor emulates what traps.</summary>
    Trap,

    /// <summary>Unchanged; a monitor translates its code before it runs.</summary>
    Translate,

    /// <summary>Changed, in source or image, to call the hypervisor.</summary>
    Paravirt,

    /// <summary>Unchanged, in the processor's mode for guests.</summary>
    Hardware,
}
