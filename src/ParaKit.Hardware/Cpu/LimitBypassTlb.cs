namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Translations of writable pages past the segment limit, which only accesses through GS may use; direct-mapped. See
/// <see cref="Efer.SegmentLimitEnable"/>.
/// </summary>
internal sealed class LimitBypassTlb
{
    private const int Entries = 512;

    private readonly ulong[] _tags = new ulong[Entries];
    private readonly ulong[] _addends = new ulong[Entries];
    private bool _isEmpty = true;

    /// <summary>Enters a translation.</summary>
    /// <param name="tag">Linear page with the key of the privilege level in its low bits.</param>
    /// <param name="addend">Host address minus linear address.</param>
    public void Fill(ulong tag, ulong addend)
    {
        int slot = Slot(tag);
        _tags[slot] = tag;
        _addends[slot] = addend;
        _isEmpty = false;
    }

    /// <summary>Looks a translation up.</summary>
    public bool TryFind(ulong tag, out ulong addend)
    {
        int slot = Slot(tag);
        addend = _addends[slot];
        return _tags[slot] == tag;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (!_isEmpty)
        {
            Array.Clear(_tags);
            _isEmpty = true;
        }
    }

    private static int Slot(ulong tag) => (int)(tag >> SoftwareTlb.PageShift) & (Entries - 1);
}
