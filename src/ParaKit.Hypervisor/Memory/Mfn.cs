namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Number of a frame of the machine: what the processor's tables hold in the end. It is no <see cref="Pfn"/>; only a guest's physical map leads from one to
/// the other.
/// </summary>
/// <param name="Number">Machine address divided by the page size.</param>
public readonly record struct Mfn(ulong Number)
{
    /// <summary>Machine address of the frame's first byte.</summary>
    public ulong Address => Number << PageTableEntries.FrameShift;

    /// <summary>The frame that contains a machine address.</summary>
    public static Mfn Containing(ulong machine) => new(machine >> PageTableEntries.FrameShift);

    /// <inheritdoc/>
    public override string ToString() => $"MFN {Number:x}";
}
