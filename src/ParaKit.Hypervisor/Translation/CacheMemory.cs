using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Shadow;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>The monitor's window as the monitor sees it: the virtual processor's slots and the code of units.</summary>
internal sealed class CacheMemory(PhysicalMemory memory, MonitorWindow window)
{
    /// <summary>Linear address of the slots: what GS's base is while translations execute.</summary>
    public ulong SlotsAddress => window.Base;

    /// <summary>Linear address of the first unit.</summary>
    public ulong CodeAddress => window.Base + MonitorSlots.Bytes;

    /// <summary>The slots of the virtual processor.</summary>
    public Span<byte> Slots => memory.Span(window.Frames[0] << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes);

    /// <summary>Reads a value of the window that does not cross a page.</summary>
    public T Read<T>(ulong offset)
        where T : unmanaged => memory.Read<T>(ToMachine(offset));

    /// <summary>Writes a value of the window that does not cross a page.</summary>
    public void Write<T>(ulong offset, T value)
        where T : unmanaged => memory.Write(ToMachine(offset), value);

    /// <summary>Writes bytes at a linear address of the window.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        var offset = address - window.Base;
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(bytes.Length, PhysicalMemory.FrameBytes - (int)(offset % PhysicalMemory.FrameBytes));
            bytes[..length].CopyTo(memory.Span(ToMachine(offset), length));
            bytes = bytes[length..];
            offset += (ulong)length;
        }
    }

    /// <summary>Writes a 32-bit displacement in code.</summary>
    public void WriteDisplacement(ulong address, ulong target)
    {
        var displacement = (int)(target - (address + sizeof(int)));
        Write(address, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in displacement)));
    }

    /// <summary>Empties the table of indirect targets.</summary>
    public void ClearIndirect()
    {
        for (ulong offset = MonitorSlots.IndirectTags; offset < MonitorSlots.UnitEntries; offset += PhysicalMemory.FrameBytes)
        {
            memory.Span(ToMachine(offset), PhysicalMemory.FrameBytes).Clear();
        }

        // An empty entry is address 0, which belongs into entry 0: there it must be something else.
        Write(MonitorSlots.IndirectTags, 1UL);
    }

    private ulong ToMachine(ulong offset) =>
        (window.Frames[offset / PhysicalMemory.FrameBytes] << PhysicalMemory.FrameShift) + (offset % PhysicalMemory.FrameBytes);
}
