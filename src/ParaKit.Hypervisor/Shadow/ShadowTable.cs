using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>One shadow page table in a frame of the monitor.</summary>
/// <param name="Key">What it stands for.</param>
/// <param name="Frame">Where it is.</param>
internal sealed unsafe record ShadowTable(ShadowKey Key, ulong Frame)
{
    /// <summary>Its entries.</summary>
    public Span<ulong> Entries(PhysicalMemory memory) =>
        // Safety: frames of the monitor are RAM that no processor decodes code from; the span does not outlive the memory.
        new(memory.Base + (Frame << PhysicalMemory.FrameShift), PageTableEntries.PerTable);
}
