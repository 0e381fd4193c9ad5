using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// Finds instructions: by recursive descent from addresses at which code is known to start, through tables of jumps that it recognises; then
/// by linear sweep in what is left between them. Control flow that enters an instruction in its middle is followed like any other, so
/// instructions may overlap.
/// </summary>
public sealed class CodeDiscovery
{
    /// <summary>Entries of one jump table at most.</summary>
    private const int MaximumTableEntries = 4096;

    /// <summary>Instructions between two looks at the clock and at the wish to stop.</summary>
    private const int ReportInterval = 1 << 16;

    private readonly CodeMap _map;
    private readonly Stack<(RegionMap Region, int Offset)> _work = new();
    private readonly HashSet<ulong> _unresolved = [];
    private readonly IProgress<double>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly long _total;
    private long _done;
    private int _untilReport = ReportInterval;

    private CodeDiscovery(IEnumerable<CodeRegion> regions, IProgress<double>? progress, CancellationToken cancellation)
    {
        _map = new CodeMap(regions);
        _progress = progress;
        _cancellation = cancellation;
        _total = Math.Max(1, _map.Code.Sum(r => (long)r.Length));
    }

    /// <summary>Explores regions.</summary>
    /// <param name="regions">Bytes that may be code, and the read-only data in which jump tables lie; no two may overlap.</param>
    /// <param name="entries">Addresses at which code is known to start.</param>
    /// <param name="progress">Told now and then which part of the bytes is done, 0 to 1.</param>
    /// <param name="noteAddresses">Also marks as targets all addresses that instructions mention, for those who change code.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static DiscoveredCode Explore(
        IEnumerable<CodeRegion> regions,
        IEnumerable<ulong> entries,
        IProgress<double>? progress = null,
        bool noteAddresses = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(entries);
        var discovery = new CodeDiscovery(regions, progress, cancellation);
        foreach (ulong entry in entries)
        {
            discovery.Enter(entry);
            discovery.Descend();
        }

        foreach (RegionMap region in discovery._map.Code)
        {
            discovery.Sweep(region);
        }

        if (noteAddresses)
        {
            discovery.NoteAddresses();
        }

        return new DiscoveredCode(discovery._map, discovery._unresolved);
    }

    /// <summary>Code whose address is taken may be jumped to; whether it is code, control flow or the sweep has said.</summary>
    private void NoteAddresses()
    {
        foreach (Instruction instruction in _map.Instructions())
        {
            if (instruction.Mnemonic == Mnemonic.Lea && instruction.IsIPRelativeMemoryOperand)
            {
                Note(instruction.IPRelativeMemoryAddress);
            }
            else if (instruction.Op1Kind is OpKind.Immediate64 or OpKind.Immediate32 or OpKind.Immediate32to64)
            {
                Note(instruction.GetImmediate(1));
            }
        }
    }

    /// <summary>Marks a target; false if there is no code.</summary>
    private bool Enter(ulong address)
    {
        if (_map.Find(address) is not { } region)
        {
            return false;
        }

        Enter(region, (int)(address - region.Address));
        return true;
    }

    /// <summary>Marks the target of a branch, which most often is near.</summary>
    private void Enter(RegionMap near, ulong address)
    {
        ulong offset = address - near.Address;
        if (offset < (ulong)near.States.Length)
        {
            Enter(near, (int)offset);
        }
        else
        {
            Enter(address);
        }
    }

    private void Enter(RegionMap region, int offset)
    {
        ref Marks marks = ref region.States[offset];
        if ((marks & Marks.Target) == 0)
        {
            if ((marks & Marks.Length) == 0)
            {
                _work.Push((region, offset));
            }

            marks |= Marks.Target;
        }
    }

    /// <summary>Marks a target that only says where code may be: nothing is followed from it.</summary>
    private void Note(ulong address)
    {
        if (_map.Find(address) is { } region)
        {
            region.States[(int)(address - region.Address)] |= Marks.Target;
        }
    }

    private void Descend()
    {
        Span<int> trail = stackalloc int[JumpTrail.Length];
        while (_work.TryPop(out (RegionMap Region, int Offset) work))
        {
            Descend(work.Region, work.Offset, trail);
        }
    }

    private void Descend(RegionMap region, int offset, Span<int> trail)
    {
        Marks[] states = region.States;
        for (int count = 0; offset < states.Length && (states[offset] & Marks.Length) == 0; count++)
        {
            int length = region.Step(offset, out StepKind kind);
            if (length == 0)
            {
                return;
            }

            region.Mark(offset, length, kind, Marks.None);
            trail[count % JumpTrail.Length] = offset;
            Count(length);
            int next = offset + length;
            switch (kind & StepKind.Flow)
            {
                case StepKind.Stop:
                    return;
                case StepKind.Jump:
                    Enter(region, region.Target(next, kind));
                    return;
                case StepKind.Branch:
                    Enter(region, region.Target(next, kind));
                    break;
                case StepKind.IndirectJump:
                    FollowTable(region, trail, count);
                    return;
                default:
                    break;
            }

            offset = next;
        }
    }

    private void FollowTable(RegionMap region, Span<int> offsets, int last)
    {
        List<Instruction> before = [];
        for (int i = Math.Max(0, last - JumpTrail.Length + 1); i < last; i++)
        {
            before.Add(region.Decode(offsets[i % JumpTrail.Length]));
        }

        Instruction jump = region.Decode(offsets[last % JumpTrail.Length]);
        if (!new JumpTrail(before).TryFindTable(in jump, out JumpTable table))
        {
            _unresolved.Add(jump.IP);
            return;
        }

        for (int i = 0; i < Math.Min(table.Count, MaximumTableEntries); i++)
        {
            if (!_map.TryRead(table.Address + (ulong)(i * table.EntryBytes), table.EntryBytes, out ulong entry) || !Enter(table.Target(entry)))
            {
                break;
            }
        }
    }

    private void Sweep(RegionMap region)
    {
        Marks[] states = region.States;
        for (int offset = region.FindGap(0); offset < states.Length; offset = region.FindGap(offset))
        {
            int length = region.Step(offset, out StepKind kind);
            if (length == 0 || RegionMap.HasStart(states.AsSpan(offset, length)))
            {
                offset++;
                continue;
            }

            region.Mark(offset, length, kind, Marks.Swept);
            if ((kind & StepKind.Flow) is StepKind.Jump or StepKind.Branch)
            {
                Note(region.Target(offset + length, kind));
            }

            Count(length);
            offset += length;
        }
    }

    private void Count(int length)
    {
        _done += length;
        if (--_untilReport == 0)
        {
            _untilReport = ReportInterval;
            _cancellation.ThrowIfCancellationRequested();
            _progress?.Report(Math.Min(1, (double)_done / _total));
        }
    }
}
