using System.Buffers.Binary;
using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>Which bytes of some regions are instructions, and where control flow enters them.</summary>
public sealed class CodeMap
{
    private readonly RegionMap[] _regions;
    private int _recent;

    internal CodeMap(IEnumerable<CodeRegion> regions) =>
        _regions = [.. regions.OrderBy(r => r.Address).Select(r => new RegionMap(r))];

    /// <summary>The regions, in address order.</summary>
    public IEnumerable<CodeRegion> Regions => _regions.Select(r => r.Region);

    /// <summary>The maps of regions that are code.</summary>
    internal IEnumerable<RegionMap> Code => _regions.Where(r => r.Region.IsCode);

    /// <summary>Why the instruction that starts at an address is one.</summary>
    public CodeOrigin OriginOf(ulong address)
    {
        Marks marks = MarksOf(address);
        return (marks & Marks.Length) == 0 ? CodeOrigin.None : (marks & Marks.Swept) != 0 ? CodeOrigin.Sweep : CodeOrigin.Descent;
    }

    /// <summary>Whether control flow jumps or calls to an address.</summary>
    public bool IsTarget(ulong address) => (MarksOf(address) & Marks.Target) != 0;

    /// <summary>Whether an instruction shares bytes with another: control flow enters both.</summary>
    public bool IsOverlapping(in Instruction instruction) =>
        Find(instruction.IP) is { } map && map.IsShared((int)(instruction.IP - map.Address), instruction.Length);

    /// <summary>How the bytes of code were read.</summary>
    public CodeCoverage Coverage() => new(Code.Sum(m => m.Coverage.Descent), Code.Sum(m => m.Coverage.Sweep), Code.Sum(m => m.Coverage.Other));

    /// <summary>All instructions in address order.</summary>
    public IEnumerable<Instruction> Instructions()
    {
        foreach (RegionMap map in Code)
        {
            for (int offset = 0; offset < map.States.Length; offset++)
            {
                if ((map.States[offset] & Marks.Length) != 0)
                {
                    yield return map.Decode(offset);
                }
            }
        }
    }

    /// <summary>The instructions that are not innocuous, in address order.</summary>
    public IEnumerable<Instruction> Sensitive() => Code.SelectMany(map => map.Sensitive.Order().Select(map.Decode));

    /// <summary>The instruction that starts at an address; false if none does.</summary>
    public bool TryDecode(ulong address, out Instruction instruction)
    {
        instruction = default;
        if (Find(address) is not { } map || (map.States[(int)(address - map.Address)] & Marks.Length) == 0)
        {
            return false;
        }

        instruction = map.Decode((int)(address - map.Address));
        return true;
    }

    /// <summary>Reads a little-endian number of 4 or 8 bytes; false if it is not in a region.</summary>
    internal bool TryRead(ulong address, int bytes, out ulong value)
    {
        value = 0;
        foreach (RegionMap map in _regions)
        {
            ulong offset = address - map.Address;
            if (offset < (ulong)map.Length && (ulong)map.Length - offset >= (ulong)bytes)
            {
                ReadOnlySpan<byte> place = map.Region.Bytes.Span[(int)offset..];
                value = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(place) : BinaryPrimitives.ReadUInt64LittleEndian(place);
                return true;
            }
        }

        return false;
    }

    /// <summary>The region that has code at an address.</summary>
    internal RegionMap? Find(ulong address)
    {
        if (_recent < _regions.Length && _regions[_recent].IsCode(address))
        {
            return _regions[_recent];
        }

        for (int i = 0; i < _regions.Length; i++)
        {
            if (_regions[i].IsCode(address))
            {
                _recent = i;
                return _regions[i];
            }
        }

        return null;
    }

    private Marks MarksOf(ulong address) => Find(address) is { } map ? map.States[(int)(address - map.Address)] : Marks.None;
}
