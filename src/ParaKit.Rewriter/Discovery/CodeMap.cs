using System.Buffers.Binary;
using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>Which bytes of some regions are instructions, and where control flow enters them.</summary>
public sealed class CodeMap
{
    private readonly RegionMap[] _regions;

    internal CodeMap(IEnumerable<CodeRegion> regions) =>
        _regions = [.. regions.OrderBy(r => r.Address).Select(r => new RegionMap(r))];

    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Start = 1,
        Inside = 2,
        Swept = 4,
        Target = 8,
    }

    /// <summary>The regions, in address order.</summary>
    public IEnumerable<CodeRegion> Regions => _regions.Select(r => r.Region);

    /// <summary>Why the instruction that starts at an address is one.</summary>
    public CodeOrigin OriginOf(ulong address)
    {
        Marks marks = MarksOf(address);
        return (marks & Marks.Start) == 0 ? CodeOrigin.None : (marks & Marks.Swept) != 0 ? CodeOrigin.Sweep : CodeOrigin.Descent;
    }

    /// <summary>Whether control flow jumps or calls to an address.</summary>
    public bool IsTarget(ulong address) => (MarksOf(address) & Marks.Target) != 0;

    /// <summary>All instructions in address order.</summary>
    public IEnumerable<Instruction> Instructions()
    {
        foreach (RegionMap map in _regions)
        {
            for (int offset = 0; offset < map.States.Length; offset++)
            {
                if ((map.States[offset] & Marks.Start) != 0)
                {
                    yield return map.Decode(offset);
                }
            }
        }
    }

    /// <summary>The instruction that starts at an address; false if none does.</summary>
    public bool TryDecode(ulong address, out Instruction instruction)
    {
        instruction = default;
        if (Find(address) is not { } map || (map.States[map.Offset(address)] & Marks.Start) == 0)
        {
            return false;
        }

        instruction = map.Decode(map.Offset(address));
        return true;
    }

    /// <summary>Reads a little-endian number of 4 or 8 bytes; false if it is not in a region.</summary>
    internal bool TryRead(ulong address, int bytes, out ulong value)
    {
        value = 0;
        if (Find(address) is not { } map || map.Region.Bytes.Length - map.Offset(address) < bytes)
        {
            return false;
        }

        ReadOnlySpan<byte> place = map.Region.Bytes.Span[map.Offset(address)..];
        value = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(place) : BinaryPrimitives.ReadUInt64LittleEndian(place);
        return true;
    }

    /// <summary>Marks a jump or call target; true if no instruction is known there yet.</summary>
    internal bool MarkTarget(ulong address)
    {
        if (Find(address) is not { } map)
        {
            return false;
        }

        ref Marks marks = ref map.States[map.Offset(address)];
        marks |= Marks.Target;
        return (marks & (Marks.Start | Marks.Inside)) == 0;
    }

    /// <summary>Decodes at an address and marks the instruction; false if it is invalid or overlaps one that is known.</summary>
    internal bool TryAdd(ulong address, CodeOrigin origin, out Instruction instruction)
    {
        instruction = default;
        if (Find(address) is not { } map)
        {
            return false;
        }

        int offset = map.Offset(address);
        instruction = map.Decode(offset);
        if (instruction.IsInvalid || (map.States[offset] & (Marks.Start | Marks.Inside)) != 0)
        {
            return false;
        }

        Span<Marks> states = map.States.AsSpan(offset, instruction.Length);
        foreach (Marks marks in states[1..])
        {
            if ((marks & Marks.Start) != 0)
            {
                return false;
            }
        }

        states[0] |= Marks.Start | (origin == CodeOrigin.Sweep ? Marks.Swept : 0);
        foreach (ref Marks marks in states[1..])
        {
            marks |= Marks.Inside;
        }

        return true;
    }

    /// <summary>Runs of bytes that belong to no instruction.</summary>
    internal IEnumerable<(ulong Start, int Length)> Gaps()
    {
        foreach (RegionMap map in _regions)
        {
            for (int offset = 0; offset < map.States.Length; offset++)
            {
                int start = offset;
                while (offset < map.States.Length && (map.States[offset] & (Marks.Start | Marks.Inside)) == 0)
                {
                    offset++;
                }

                if (offset > start)
                {
                    yield return (map.Region.Address + (ulong)start, offset - start);
                }
            }
        }
    }

    private Marks MarksOf(ulong address) => Find(address) is { } map ? map.States[map.Offset(address)] : Marks.None;

    private RegionMap? Find(ulong address)
    {
        foreach (RegionMap map in _regions)
        {
            if (map.Region.Contains(address))
            {
                return map;
            }
        }

        return null;
    }

    private sealed class RegionMap(CodeRegion region)
    {
        private readonly byte[] _bytes = region.Bytes.ToArray();

        public CodeRegion Region { get; } = region;

        public Marks[] States { get; } = new Marks[region.Bytes.Length];

        public int Offset(ulong address) => (int)(address - Region.Address);

        public Instruction Decode(int offset)
        {
            var decoder = Decoder.Create(Region.Bits, new ByteArrayCodeReader(_bytes, offset, _bytes.Length - offset));
            decoder.IP = Region.Address + (ulong)offset;
            decoder.Decode(out Instruction instruction);
            return instruction;
        }
    }
}
