using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>What a processor of a machine is doing.</summary>
internal enum ProcessorActivity
{
    /// <summary>It executes.</summary>
    Running,

    /// <summary>It waits after HLT.</summary>
    Halted,

    /// <summary>It waits for a startup message: all but the first, in the beginning and after INIT.</summary>
    WaitingForStartup,
}

/// <summary>One of a machine's processors, with its clock and its local APIC.</summary>
internal sealed class LogicalProcessor(Processor processor, LocalApic? apic, ProcessorActivity activity)
{
    /// <summary>The processor.</summary>
    public Processor Processor => processor;

    /// <summary>Its local APIC; null in a machine without.</summary>
    public LocalApic? Apic => apic;

    /// <summary>Its time.</summary>
    public VirtualClock Clock { get; } = processor.Clock;

    /// <summary>What it does.</summary>
    public ProcessorActivity Activity { get; set; } = activity;

    /// <summary>
    /// Instructions until devices are looked at again. It outlives a run, so that how a host cuts its runs does not change
    /// what the guest sees.
    /// </summary>
    public long SliceLeft { get; set; }
}
