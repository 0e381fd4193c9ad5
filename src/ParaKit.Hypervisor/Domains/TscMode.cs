namespace ParaKit.Hypervisor.Domains;

/// <summary>What a guest's RDTSC shows. xl.cfg(5), "tsc_mode".</summary>
public enum TscMode
{
    /// <summary>The machine's counter, as it is.</summary>
    Native,
    /// <summary>The machine's counter less what it was when the domain was built: the processor subtracts.</summary>
    Offset,
    /// <summary>Nanoseconds since the domain was built: each RDTSC exits.</summary>
    Emulated,
}
