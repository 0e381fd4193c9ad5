namespace ParaKit.SensitiveOperations;

/// <summary>What brings the processor to an entry handler.</summary>
internal enum EntryKind
{
    /// <summary>An exception: <c>[TrapHandler]</c>.</summary>
    Trap,

    /// <summary>A device interrupt or event: <c>[EventHandler]</c>.</summary>
    Event,

    /// <summary>A system call: <c>[SystemCallEntry]</c>.</summary>
    SystemCall,
}
