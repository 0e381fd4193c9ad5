using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;
using static ParaKit.Hypervisor.Memory.PageTableEntries;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// Looks at all memory of frames that belong to domains without tables of the hypervisor's: no table maps a frame that is not its owner's, nothing that has a type is writable, and every count is right.
/// </summary>
internal sealed class FrameScan(PhysicalMemory memory, FrameTable frames, string where)
{
    private readonly uint[] _uses = new uint[frames.Count];
    private readonly uint[] _types = new uint[frames.Count];

    /// <summary>Scans; frame 0 is nobody's.</summary>
    /// <param name="held">Frames of which the hypervisor has a typed use.</param>
    public void Check(IEnumerable<ulong> held)
    {
        for (ulong frame = 1; frame < frames.Count; frame++)
        {
            _uses[frame] += 1 + (frames[frame].Pinned ? 1u : 0);
            _types[frame] += frames[frame].Pinned ? 1u : 0;
            if (frames[frame].IsPageTable)
            {
                Scan(frame);
            }
        }

        foreach (var frame in held)
        {
            _uses[frame]++;
            _types[frame]++;
        }

        for (ulong frame = 1; frame < frames.Count; frame++)
        {
            var info = frames[frame];
            Assert.True((info.ReferenceCount, info.TypeCount) == (_uses[frame], _types[frame]), $"Frame {frame}: {info} instead of {_uses[frame]} references, {_types[frame]} typed uses: {where}.");
        }
    }

    private void Scan(ulong table)
    {
        var info = frames[table];
        for (ulong i = 0; i < PerTable; i++)
        {
            var entry = memory.Read<ulong>((table << FrameShift) + (i * sizeof(ulong)));
            if (!IsPresent(entry) || (info.Type == PageType.L4Table && i is >= 256 and <= 271))
            {
                continue;
            }

            var target = PageTableEntries.Frame(entry);
            Assert.True(frames[target].Owner == info.Owner, $"Table {table} of {info.Owner} maps frame {target} of {frames[target].Owner}: {where}.");
            _uses[target]++;
            if (info.Type != PageType.L1Table || IsWritable(entry))
            {
                _types[target]++;
                Assert.True(frames[target].Type == (info.Type == PageType.L1Table ? PageType.Writable : info.Type - 1), $"Frame {target}, used by table {table}, is {frames[target]}: {where}.");
            }
        }
    }
}
