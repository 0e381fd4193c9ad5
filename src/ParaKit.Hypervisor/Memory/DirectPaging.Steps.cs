using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Long requests in steps. A tree of tables is made ready from its leaves: the hypervisor takes a typed use of one table after another, and when only the root is left the
/// request itself, which is all-or-nothing, finds nothing but validated tables below it. A tree that is given up goes the other way: the hypervisor takes uses of a table's
/// children before it lets go of the table. So each part looks at a few tables at most, between any two parts the invariants hold, and the result is the undivided request's.
/// </summary>
/// <remarks>
/// A caller that is told <see cref="Errno.ERESTART"/> makes the same request again. One that never does keeps the tables that were made ready in use as tables, as under Xen
/// ("PGT_partial"); making the request later ends that. Real Xen marks half-validated tables instead and resumes inside them.
/// </remarks>
public sealed partial class DirectPaging
{
    private readonly Dictionary<ulong, List<ulong>> _ready = [];
    private readonly Stack<ulong> _surplus = [];
    private long _limit = long.MaxValue;

    /// <summary>Frames of which the hypervisor has a typed use because a request is not done.</summary>
    public IEnumerable<ulong> Held => _ready.Values.SelectMany(frames => frames).Concat(_surplus);

    /// <summary>Whether the work of the step is done.</summary>
    public bool IsStepOver => Work >= _limit;

    /// <summary>Limits requests until <see cref="TryEndStep"/>: those that need more work than is left answer <see cref="Errno.ERESTART"/>.</summary>
    /// <param name="work">Entries to look at. At least one table is looked at, however few.</param>
    public void BeginStep(long work)
    {
        _limit = Work + work;
        _ = TryDropSurplus();
    }

    /// <summary>Ends the limit. False if uses that requests left over could not be given back within it; then another step is needed, even with no request in it.</summary>
    public bool TryEndStep()
    {
        var isDone = TryDropSurplus();
        _limit = long.MaxValue;
        return isDone;
    }

    /// <summary>Takes uses of all tables below one that is not validated yet, in the order in which validation meets them.</summary>
    /// <returns>ERESTART if the step is over before that is done; what validation would say of what is bad.</returns>
    private Errno MakeReady(ulong root, DomainId owner, PageType type) =>
        _limit == long.MaxValue || !IsUnvalidatedTree(root, owner, type) ? Errno.None : MakeReady(root, root, owner, type);

    /// <summary>The request has been made, or refused: what was taken for it is surplus.</summary>
    private Errno Conclude(ulong root, Errno result)
    {
        if (result != Errno.ERESTART && _ready.Remove(root, out var frames))
        {
            foreach (var frame in frames)
            {
                _surplus.Push(frame);
            }
        }

        return result;
    }

    /// <summary>Validation has given a table its type before it looks at the entries, so the table has it here too for as long as that takes: what refers to it or maps it is refused.</summary>
    private Errno MakeReady(ulong root, ulong table, DomainId owner, PageType type)
    {
        ref var info = ref _frames.Mutable(table);
        var before = info;
        (info.Type, info.TypeCount, info.Validated) = (type, 1, false);
        var result = MakeEntriesReady(root, table, owner, type);
        (info.Type, info.TypeCount, info.Validated) = (before.Type, before.TypeCount, before.Validated);
        return result;
    }

    private Errno MakeEntriesReady(ulong root, ulong table, DomainId owner, PageType type)
    {
        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            var entry = _transaction.ReadEntry(table, index);
            if (!IsGuestSlot(type, index) || !PageTableEntries.IsPresent(entry))
            {
                continue;
            }

            var result = (entry & PageTableEntries.Disallowed(type)) == 0 ? HoldReady(root, PageTableEntries.Frame(entry), owner, type - 1) : Errno.EINVAL;
            if (result != Errno.None)
            {
                return result;
            }
        }

        return Errno.None;
    }

    private Errno HoldReady(ulong root, ulong table, DomainId owner, PageType type)
    {
        if (Owns(table, owner) && _frames[table] is { TypeCount: not 0 } info)
        {
            return info.Validated && info.Type == type ? Errno.None : Errno.EINVAL;
        }

        var result = IsUnvalidatedTree(table, owner, type) ? MakeReady(root, table, owner, type) : Errno.None;
        result = result == Errno.None ? Acquire(table, owner, type) : result;
        if (result != Errno.None)
        {
            return result;
        }

        Ready(root).Add(table);
        return IsStepOver ? Errno.ERESTART : Errno.None;
    }

    private List<ulong> Ready(ulong root)
    {
        if (!_ready.TryGetValue(root, out var frames))
        {
            _ready[root] = frames = [];
        }

        return frames;
    }

    private bool IsUnvalidatedTree(ulong table, DomainId owner, PageType type) =>
        type is >= PageType.L2Table and <= PageType.L4Table && Owns(table, owner) && _frames[table].TypeCount == 0;

    /// <summary>Before the last use of a table is given back: takes uses of its children, so that they outlive it.</summary>
    private void HoldChildren(ulong table)
    {
        if (_limit == long.MaxValue || _frames[table] is not { TypeCount: 1, Validated: true, Type: >= PageType.L2Table and <= PageType.L4Table } info)
        {
            return;
        }

        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            var entry = _transaction.ReadEntry(table, index);
            if (IsGuestSlot(info.Type, index) && PageTableEntries.IsPresent(entry) && Acquire(PageTableEntries.Frame(entry), info.Owner, info.Type - 1) == Errno.None)
            {
                _surplus.Push(PageTableEntries.Frame(entry));
            }
        }
    }

    private bool TryDropSurplus()
    {
        while (_surplus.Count > 0 && !IsStepOver)
        {
            var frame = _surplus.Pop();
            HoldChildren(frame);
            PutPageAndType(frame);
            _transaction.Commit();
            _transaction.Count(1);
        }

        return _surplus.Count == 0;
    }
}
