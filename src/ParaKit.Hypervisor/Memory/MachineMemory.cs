using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>RAM, and who has which frame of it.</summary>
internal sealed class MachineMemory : IDisposable
{
    /// <summary>Makes RAM that nobody has.</summary>
    /// <param name="frames">Frames that can be had; there is one more, which nobody gets.</param>
    public MachineMemory(long frames)
    {
        Frames = new FrameTable((ulong)frames + 1);
        Allocator = new FrameAllocator(Frames);
        Memory = new PhysicalMemory(Frames.Count * PhysicalMemory.FrameBytes);
    }

    /// <summary>Contents.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>State of the frames.</summary>
    public FrameTable Frames { get; }

    /// <summary>Free frames.</summary>
    public FrameAllocator Allocator { get; }

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();
}
