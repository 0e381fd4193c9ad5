namespace ParaKit.Hardware.Cpu;

/// <summary>The decoded instructions of one physical frame.</summary>
internal unsafe struct CodePage
{
    public const int Offsets = 4096;

    /// <summary>Physical frame.</summary>
    public ulong Frame;

    /// <summary>Index + 1 into the cache's instructions, by offset in the page; zero if nothing starts there.</summary>
    public fixed uint Entries[Offsets];
}
