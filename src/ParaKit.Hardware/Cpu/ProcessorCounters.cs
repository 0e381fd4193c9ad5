namespace ParaKit.Hardware.Cpu;

/// <summary>What a processor has done since it was built. Only the processor writes.</summary>
public sealed class ProcessorCounters
{
    private readonly long[] _exceptions = new long[32];

    /// <summary>Retired instructions.</summary>
    public long Instructions { get; internal set; }

    /// <summary>Walks of the page tables.</summary>
    public long PageWalks { get; internal set; }

    /// <summary>Memory references made by those walks.</summary>
    public long PageWalkReferences { get; internal set; }

    /// <summary>Memory references of the longest of those walks: at most 4, with nested paging 24.</summary>
    public int LongestPageWalk { get; internal set; }

    /// <summary>Complete flushes of the TLB.</summary>
    public long TlbFlushes { get; internal set; }

    /// <summary>Interrupts (external and software) delivered through the IDT.</summary>
    public long InterruptsDelivered { get; internal set; }

    /// <summary>Port accesses, also those nobody claimed.</summary>
    public long PortAccesses { get; internal set; }

    /// <summary>Accesses to devices in the physical address space.</summary>
    public long DeviceAccesses { get; internal set; }

    /// <summary>SYSCALL instructions, delivered or exited.</summary>
    public long Syscalls { get; internal set; }

    /// <summary>Instructions decoded into the cache.</summary>
    public long InstructionsDecoded { get; internal set; }

    /// <summary>Code frames dropped from the decode cache because somebody wrote to them.</summary>
    public long CodeFramesDropped { get; internal set; }

    /// <summary>Exceptions delivered through the IDT, by vector.</summary>
    public ReadOnlySpan<long> ExceptionsDelivered => _exceptions;

    internal void CountException(byte vector) => _exceptions[vector & 31]++;
}
