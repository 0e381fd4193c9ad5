using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// Finds instructions: by recursive descent from entry points and symbols, through tables of jumps that it recognises; then by linear sweep
/// in what is left between them.
/// </summary>
public sealed class CodeDiscovery
{
    /// <summary>Entries of one jump table at most.</summary>
    private const int MaximumTableEntries = 4096;

    private readonly CodeMap _map;
    private readonly Stack<ulong> _work = new();
    private readonly HashSet<ulong> _unresolved = [];

    private CodeDiscovery(IEnumerable<CodeRegion> regions) => _map = new CodeMap(regions);

    /// <summary>Explores regions.</summary>
    /// <param name="regions">Bytes that may be code, and the read-only data in which jump tables lie.</param>
    /// <param name="entries">Addresses at which code is known to start.</param>
    public static DiscoveredCode Explore(IEnumerable<CodeRegion> regions, IEnumerable<ulong> entries)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(entries);
        var discovery = new CodeDiscovery(regions);
        foreach (ulong entry in entries)
        {
            discovery.Enter(entry);
            discovery.Descend();
        }

        discovery.Sweep();
        return new DiscoveredCode(discovery._map, discovery._unresolved);
    }

    private void Enter(ulong address)
    {
        if (_map.MarkTarget(address))
        {
            _work.Push(address);
        }
    }

    private void Descend()
    {
        while (_work.TryPop(out ulong address))
        {
            var trail = new JumpTrail();
            while (_map.TryAdd(address, CodeOrigin.Descent, out Instruction instruction))
            {
                trail.Note(in instruction);
                if (!Follow(in instruction, trail))
                {
                    break;
                }

                address = instruction.NextIP;
            }
        }
    }

    /// <summary>Notes where an instruction leads; false if it never goes on to the next.</summary>
    private bool Follow(in Instruction instruction, JumpTrail trail)
    {
        switch (instruction.FlowControl)
        {
            case FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch or FlowControl.Call when instruction.IsJmpShortOrNear
                || instruction.IsJccShortOrNear || instruction.IsCallNear || instruction.IsJcxShort || instruction.IsLoop || instruction.IsLoopcc:
                Enter(instruction.NearBranchTarget);
                return instruction.FlowControl != FlowControl.UnconditionalBranch;
            case FlowControl.IndirectBranch:
                FollowTable(in instruction, trail);
                return false;
            case FlowControl.UnconditionalBranch or FlowControl.Return or FlowControl.Exception:
                return false;
            default:
                return true;
        }
    }

    private void FollowTable(in Instruction jump, JumpTrail trail)
    {
        if (!trail.TryFindTable(in jump, out JumpTable table))
        {
            _unresolved.Add(jump.IP);
            return;
        }

        for (int i = 0; i < Math.Min(table.Count, MaximumTableEntries); i++)
        {
            if (!_map.TryRead(table.Address + (ulong)(i * table.EntryBytes), table.EntryBytes, out ulong entry))
            {
                break;
            }

            Enter(table.EntryBytes == 4 ? table.Base + (ulong)(int)entry : entry);
        }
    }

    private void Sweep()
    {
        foreach ((ulong start, int length) in _map.Gaps().ToArray())
        {
            ulong address = start;
            while (address < start + (ulong)length)
            {
                bool isAdded = _map.TryAdd(address, CodeOrigin.Sweep, out Instruction instruction);
                address += isAdded ? (ulong)instruction.Length : 1;
            }
        }
    }
}
