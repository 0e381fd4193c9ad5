using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>An unmodified guest under the monitor of its technique, on memory that others use too.</summary>
internal interface IMonitoredGuest : IDisposable
{
    /// <summary>Its machine as it sees it.</summary>
    Machine Machine { get; }

    /// <summary>What its processors remember of its memory.</summary>
    ITranslations Translations { get; }

    /// <summary>Why it left.</summary>
    ExitLog Exits { get; }

    /// <summary>Instructions that it retired.</summary>
    long Instructions { get; }

    /// <summary>Takes over the state of another guest of the same technique, all but its memory, while neither runs.</summary>
    void CopyStateFrom(IMonitoredGuest other);

    /// <summary>Lets it run until its clock shows so many cycles.</summary>
    /// <returns>How it ended, or null if it has not.</returns>
    ProcessorExit? RunUntil(ulong cycles, out bool wasCancelled);
}
