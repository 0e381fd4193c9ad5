using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>Runs one processor of a guest.</summary>
internal interface IProcessorMonitor
{
    /// <summary>Cycles of its clock at which a run pauses.</summary>
    ulong Until { set; }

    /// <summary>Instructions that the guest retired on it.</summary>
    long Instructions { get; }

    /// <summary>What counts against limits besides: whatever let the monitor act.</summary>
    long Interventions { get; }

    /// <summary>Why it left.</summary>
    ExitLog Exits { get; }

    /// <summary>Runs the guest until something ends it.</summary>
    /// <returns>How the guest's machine stopped, or null if the limits did (<paramref name="wasCancelled"/> says which) or it is time to pause.</returns>
    ProcessorExit? Run(out bool wasCancelled);
}
