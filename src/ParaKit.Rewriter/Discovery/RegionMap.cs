using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        States[offset] |= Marks.Start | origin | ((kind & StepKind.Sensitive) != 0 ? Marks.Sensitive : 0);
        for (int i = offset + 1; i < offset + length; i++)
        {
            States[i] |= Marks.Inside;
        }
    }

    /// <summary>Whether an instruction starts at one of some bytes.</summary>
    internal static bool HasStart(ReadOnlySpan<Marks> states)
    {
        foreach (Marks marks in states)
        {
            if ((marks & Marks.Start) != 0)
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
            FlowControl.ConditionalBranch or FlowControl.Call or FlowControl.XbeginXabortXend when isNear => StepKind.Branch,
            FlowControl.UnconditionalBranch when isNear => StepKind.Jump,
            FlowControl.IndirectBranch when instruction.IsJmpNearIndirect => StepKind.IndirectJump,
            FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return or FlowControl.Exception => StepKind.Stop,
            _ => StepKind.Next,
        };
    }
}
