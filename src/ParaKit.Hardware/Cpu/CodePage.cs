namespace ParaKit.Hardware.Cpu;

/// <summary>The decoded instructions of one physical frame.</summary>
internal unsafe struct CodePage
{
    /// <summary>Places where an instruction can start.</summary>
    public const int Offsets = 4096;

    /// <summary>Physical frame.</summary>
    public ulong Frame;

    /// <summary>Index into the cache's instructions by offset in the page; zero if nothing was decoded there.</summary>
    public fixed uint Entries[Offsets];
}
