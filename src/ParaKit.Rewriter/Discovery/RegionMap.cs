using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Rewriter.Discovery;

/// <summary>One region: its bytes, what is known of each, and a decoder that stays.</summary>
internal sealed class RegionMap
{
    private readonly byte[] _bytes;
    private readonly LengthTable? _table;
    private readonly ByteArrayCodeReader _reader;
    private readonly Decoder _decoder;
    private readonly List<int> _sensitive = [];
    private long _descent;
    private long _swept;
    private Instruction _last;

    internal RegionMap(CodeRegion region)
    {
        Region = region;
        Address = region.Address;
        _bytes = MemoryMarshal.TryGetArray(region.Bytes, out ArraySegment<byte> whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length
            ? whole.Array
            : region.Bytes.ToArray();
        States = new Marks[region.IsCode ? _bytes.Length : 0];
        _table = region.Bits switch { 64 => LengthTable.Of64, 32 => LengthTable.Of32, _ => null };
        _reader = new ByteArrayCodeReader(_bytes);
        _decoder = Decoder.Create(region.Bits, _reader);
    }

    internal CodeRegion Region { get; }

    internal ulong Address { get; }

    internal Marks[] States { get; }

    internal int Length => _bytes.Length;

    /// <summary>Offsets of instructions that are not innocuous, in the order in which they were found.</summary>
    internal IReadOnlyCollection<int> Sensitive => _sensitive;

    /// <summary>How the bytes were read, once the sweep is done.</summary>
    internal CodeCoverage Coverage => new(_descent, _swept, States.Length - _descent - _swept);

    /// <summary>What the full decoder made of the last instruction that it was asked for.</summary>
    internal ref readonly Instruction Last => ref _last;

    internal bool IsCode(ulong address) => address - Address < (ulong)States.Length;

    /// <summary>Reads the instruction at an offset; the length is 0 if it is invalid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Step(int offset, out StepKind kind)
    {
        if (_table is not null && offset < _bytes.Length - LengthDecoder.LongestInstruction)
        {
            int step = LengthDecoder.Decode(ref _bytes[offset], _table);
            if (step != 0)
            {
                kind = (StepKind)(step >> 4);
                return step & 15;
            }
        }

        return StepSlowly(offset, out kind);
    }

    /// <summary>The target of a direct branch that was just read.</summary>
    internal ulong Target(int next, StepKind kind)
    {
        if ((kind & StepKind.Decoded) != 0)
        {
            return _last.NearBranchTarget;
        }

        long distance = (kind & StepKind.Short) != 0 ? (sbyte)_bytes[next - 1] : BitConverter.ToInt32(_bytes, next - 4);
        ulong target = Address + (ulong)next + (ulong)distance;
        return Region.Bits == 64 ? target : (uint)target;
    }

    internal Instruction Decode(int offset)
    {
        _reader.Position = offset;
        _decoder.IP = Address + (ulong)offset;
        _decoder.Decode(out Instruction instruction);
        return instruction;
    }

    /// <summary>Marks an instruction that was just read.</summary>
    internal void Mark(int offset, int length, StepKind kind, Marks origin)
    {
        States[offset] |= (Marks)length | origin;
        _swept += origin == Marks.Swept ? length : 0;
        if ((kind & StepKind.Sensitive) != 0)
        {
            _sensitive.Add(offset);
        }
    }

    /// <summary>The first byte from an offset on that is in no instruction which starts there or later; the bytes before it count as reached by descent.</summary>
    internal int FindGap(int offset)
    {
        ReadOnlySpan<Marks> states = States;
        int end = offset;
        int at = offset;
        for (; at < states.Length; at++)
        {
            int length = (int)(states[at] & Marks.Length);
            end = Math.Max(end, at + length);
            if (end == at)
            {
                break;
            }

            if (at + length == end && StartsNothing(at + 1, length - 1))
            {
                at = end - 1;
            }
        }

        _descent += at - offset;
        return at;
    }

    /// <summary>Whether no instruction starts at some bytes; false also where too few follow to look at them all at once.</summary>
    private bool StartsNothing(int offset, int count)
    {
        if (offset > States.Length - Vector128<byte>.Count)
        {
            return false;
        }

        // Safety: a vector's bytes follow, as was just asked.
        Vector128<byte> marks = Vector128.LoadUnsafe(ref Unsafe.As<Marks, byte>(ref States[offset]));
        Vector128<byte> lengths = marks & Vector128.Create((byte)Marks.Length);
        return BitOperations.TrailingZeroCount(~Vector128.Equals(lengths, Vector128<byte>.Zero).ExtractMostSignificantBits()) >= count;
    }

    /// <summary>Whether an instruction shares bytes with another.</summary>
    internal bool IsShared(int offset, int length)
    {
        for (int before = Math.Max(0, offset - LengthDecoder.LongestInstruction); before < offset; before++)
        {
            if (before + (int)(States[before] & Marks.Length) > offset)
            {
                return true;
            }
        }

        return HasStart(States.AsSpan(offset + 1, length - 1));
    }

    /// <summary>Whether an instruction starts at one of some bytes.</summary>
    internal static bool HasStart(ReadOnlySpan<Marks> states)
    {
        foreach (Marks marks in states)
        {
            if ((marks & Marks.Length) != 0)
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int StepSlowly(int offset, out StepKind kind)
    {
        _last = Decode(offset);
        if (_last.IsInvalid)
        {
            kind = StepKind.Stop;
            return 0;
        }

        kind = StepKind.Decoded | Flow(in _last) | (SensitiveInstructions.Find(_last.Code) is not null ? StepKind.Sensitive : 0);
        return _last.Length;
    }

    private static StepKind Flow(in Instruction instruction)
    {
        bool isNear = instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
        return instruction.FlowControl switch
        {
            FlowControl.Exception when UndefinedSpace.Contains(in instruction) => StepKind.Next,
            FlowControl.ConditionalBranch or FlowControl.Call or FlowControl.XbeginXabortXend when isNear => StepKind.Branch,
            FlowControl.UnconditionalBranch when isNear => StepKind.Jump,
            FlowControl.IndirectBranch when instruction.IsJmpNearIndirect => StepKind.IndirectJump,
            FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return or FlowControl.Exception => StepKind.Stop,
            _ => StepKind.Next,
        };
    }
}
