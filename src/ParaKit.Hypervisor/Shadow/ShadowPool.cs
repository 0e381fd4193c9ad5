using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>The machine frames that shadow tables may use: a bounded number, handed out cleared.</summary>
internal sealed class ShadowPool(PhysicalMemory memory, IReadOnlyCollection<ulong> frames)
{
    private readonly Stack<ulong> _free = new(frames);

    /// <summary>How many are left.</summary>
    public int Free => _free.Count;

    /// <summary>Takes one.</summary>
    /// <exception cref="InvalidOperationException">None is left; look at <see cref="Free"/> first.</exception>
    public ulong Take()
    {
        var frame = _free.Pop();
        memory.Span(frame << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes).Clear();
        return frame;
    }

    /// <summary>Gives one back.</summary>
    public void Return(ulong frame) => _free.Push(frame);
}
