using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Makes a request all-or-nothing: every change of frame state or table contents is noted first and undone in reverse
/// order if the request turns out to be bad.
/// </summary>
internal sealed class MemoryTransaction(FrameTable frames, PhysicalMemory memory)
{
    private readonly List<(ulong Frame, FrameInfo Old)> _frameLog = [];
    private readonly List<(ulong Address, ulong Old)> _entryLog = [];

    /// <summary>Entries looked at since construction: the measure of work of a request.</summary>
    public long Work { get; private set; }

    /// <summary>The state of a frame, to be changed.</summary>
    public ref FrameInfo Change(ulong frame)
    {
        ref var info = ref frames.Mutable(frame);
        _frameLog.Add((frame, info));
        return ref info;
    }

    /// <summary>Reads an entry of a table.</summary>
    public ulong ReadEntry(ulong table, int index)
    {
        Work++;
        return memory.Read<ulong>(Address(table, index));
    }

    /// <summary>Counts work that looks at no entries.</summary>
    public void Count(long work) => Work += work;

    /// <summary>Writes an entry of a table.</summary>
    public void WriteEntry(ulong table, int index, ulong value)
    {
        var address = Address(table, index);
        _entryLog.Add((address, memory.Read<ulong>(address)));
        memory.Write(address, value);
    }

    /// <summary>Keeps all changes.</summary>
    public void Commit()
    {
        _frameLog.Clear();
        _entryLog.Clear();
    }

    /// <summary>Undoes all changes since the last commit.</summary>
    public void RollBack()
    {
        for (var i = _entryLog.Count - 1; i >= 0; i--)
        {
            memory.Write(_entryLog[i].Address, _entryLog[i].Old);
        }

        for (var i = _frameLog.Count - 1; i >= 0; i--)
        {
            frames.Mutable(_frameLog[i].Frame) = _frameLog[i].Old;
        }

        Commit();
    }

    private static ulong Address(ulong table, int index) => (table << PageTableEntries.FrameShift) + ((ulong)index * sizeof(ulong));
}
