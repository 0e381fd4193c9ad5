using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

// Traces on the guest's page tables: how the shadows keep up with what the guest writes.
internal sealed partial class ShadowPaging
{
    /// <summary>Writes to a table without any use of it, after which its shadows are given up.</summary>
    private const int WritesUntilForgotten = 16;

    private readonly Dictionary<ulong, ulong> _substitutes = [];
    private readonly HashSet<ulong> _code = [];

    /// <summary>Writes to traced frames so far, by whomever.</summary>
    public long WatchedWrites { get; private set; }

    /// <summary>Hears of writes, before they happen, to frames with traced code: machine address and length.</summary>
    public Action<ulong, int>? CodeWritten { get; set; }

    /// <summary>Takes care that nobody writes to a frame unseen, because code of it was translated; see <see cref="CodeWritten"/>.</summary>
    public void TraceCode(ulong frame)
    {
        if (_code.Add(frame))
        {
            _memory.Watch(frame);
            RestrictMappings(frame);
        }
    }

    /// <summary>Ends <see cref="TraceCode"/>.</summary>
    public void EndTraceCode(ulong frame)
    {
        if (_code.Remove(frame) && !_traced.ContainsKey(frame))
        {
            EndWatch(frame);
        }
    }

    /// <summary>Hears of writes, before they happen, to frames for which the guest is shown another; see <see cref="Substitute"/>.</summary>
    public Action<ulong>? SubstitutedFrameWritten { get; set; }

    /// <summary>
    /// Shows the guest another frame, read-only, instead of one of its own. Writes go to its own; <see cref="SubstitutedFrameWritten"/>
    /// hears of them.
    /// </summary>
    public void Substitute(ulong frame, ulong substitute)
    {
        _substitutes[frame] = substitute;
        _memory.Watch(frame);
        Reset();
    }

    /// <summary>Gives up the shadows of tables that the guest now writes to as to ordinary memory. Call between instructions.</summary>
    public void ForgetFlooded()
    {
        var flooded = _traced.Where(t => t.Value.WritesSinceUse > WritesUntilForgotten && !IsRoot(t.Key)).Select(t => t.Key).ToArray();
        foreach (var frame in flooded)
        {
            Forget(frame);
        }
    }

    private bool IsRoot(ulong frame) => frame == RootKey(user: false).Frame;

    private ulong FrameToMap(ulong frame) => _substitutes.GetValueOrDefault(frame, frame);

    /// <summary>Starts to trace a table: nobody may write to it unseen from now on.</summary>
    private TracedFrame Trace(ulong frame)
    {
        if (_traced.TryGetValue(frame, out var traced))
        {
            return traced;
        }

        traced = new TracedFrame();
        _traced.Add(frame, traced);
        _memory.Watch(frame);
        RestrictMappings(frame);
        return traced;
    }

    /// <summary>Forgets all about a frame, which is about to be another page's.</summary>
    public void Revoke(ulong frame)
    {
        if (_code.Contains(frame))
        {
            CodeWritten?.Invoke(frame << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes);
        }

        if (_traced.ContainsKey(frame))
        {
            Forget(frame);
        }

        foreach (var table in _tables.Values)
        {
            if (table.Key.Level == 1)
            {
                RemoveMappings(table, frame);
            }
        }
    }

    private void RemoveMappings(ShadowTable table, ulong frame)
    {
        var entries = table.Entries(_memory);
        for (var i = 0; i < entries.Length; i++)
        {
            if (PageTableEntries.IsPresent(entries[i]) && PageTableEntries.Frame(entries[i]) == frame)
            {
                entries[i] = RestingEntry(table.Key, i);
                RequireFlush();
            }
        }
    }

    /// <summary>Takes write access to a frame away from all shadows.</summary>
    private void RestrictMappings(ulong frame)
    {
        foreach (var table in _tables.Values)
        {
            if (table.Key.Level != 1)
            {
                continue;
            }

            foreach (ref var entry in table.Entries(_memory))
            {
                if (PageTableEntries.IsWritable(entry) && PageTableEntries.Frame(entry) == frame)
                {
                    entry &= ~PageTableEntries.Writable;
                    RequireFlush();
                }
            }
        }
    }

    /// <summary>Empties the shadow entries that stand for bytes about to change.</summary>
    private void NoteWrite(ulong machine, int length)
    {
        var frame = machine >> PhysicalMemory.FrameShift;
        if (!IsMine(frame))
        {
            return;
        }

        WatchedWrites++;
        if (_substitutes.ContainsKey(frame))
        {
            SubstitutedFrameWritten?.Invoke(frame);
        }

        if (_code.Contains(frame))
        {
            CodeWritten?.Invoke(machine, length);
        }

        if (!_traced.TryGetValue(frame, out var traced))
        {
            return;
        }

        traced.WritesSinceUse++;
        var first = (int)(machine % PhysicalMemory.FrameBytes) / sizeof(ulong);
        var last = (int)((machine + (ulong)length - 1) % PhysicalMemory.FrameBytes) / sizeof(ulong);
        foreach (var table in CollectionsMarshal.AsSpan(traced.Shadows))
        {
            var entries = table.Entries(_memory);
            if (table.Key.LargeEntry == ShadowKey.None)
            {
                Empty(entries[first..(last + 1)], table.Key, first);
            }
            else if (table.Key.LargeEntry >= first && table.Key.LargeEntry <= last)
            {
                Empty(entries, table.Key, first: 0);
            }
        }
    }

    /// <summary>Guests that share the machine's memory hear of each other's writes too.</summary>
    private bool IsMine(ulong frame) => _traced.ContainsKey(frame) || _code.Contains(frame) || _substitutes.ContainsKey(frame);

    private void Empty(Span<ulong> entries, in ShadowKey key, int first)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var resting = RestingEntry(in key, first + i);
            if (entries[i] != resting)
            {
                entries[i] = resting;
                RequireFlush();
            }
        }
    }

    private void Forget(ulong frame)
    {
        Counters.Forgotten++;
        _traced.Remove(frame, out var traced);
        EndWatch(frame);
        foreach (var shadow in traced!.Shadows)
        {
            _tables.Remove(shadow.Key);
            UnlinkFromParents(shadow);
            _pool.Return(shadow.Frame);
        }

        RequireFlush();
    }

    private void EndWatch(ulong frame)
    {
        if (!_substitutes.ContainsKey(frame) && !_code.Contains(frame))
        {
            _memory.Unwatch(frame);
        }
    }

    private void UnlinkFromParents(ShadowTable shadow)
    {
        foreach (var table in _tables.Values)
        {
            if (table.Key.Level != shadow.Key.Level + 1)
            {
                continue;
            }

            var entries = table.Entries(_memory);
            for (var i = 0; i < entries.Length; i++)
            {
                if (entries[i] != 0 && PageTableEntries.Frame(entries[i]) == shadow.Frame)
                {
                    entries[i] = RestingEntry(table.Key, i);
                }
            }
        }
    }
}
