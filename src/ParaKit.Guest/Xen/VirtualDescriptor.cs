namespace ParaKit.Guest.Xen;

/// <summary>A descriptor of the kernel's own table, as ring 0 would see it (Intel SDM vol. 3A, "Segment Descriptors").</summary>
internal readonly unsafe struct VirtualDescriptor
{
    private const uint TableIndicator = 4;
    private const uint RightsMask = 0x00f0ff00;
    private const int LocalTable = 2;
    private const int AvailableTask = 9;
    private const int BusyTask = 11;
    private const int CallGate = 12;

    private readonly ulong _value;
    private readonly int _requested;

    private VirtualDescriptor(ulong value, int requested)
    {
        _value = value;
        _requested = requested;
    }

    /// <summary>Linear address of the segment.</summary>
    internal ulong Base => ((_value >> 16) & 0xffffff) | ((_value >> 32) & 0xff000000);

    /// <summary>What LAR answers.</summary>
    internal uint Rights => (uint)(_value >> 32) & RightsMask;

    /// <summary>What LSL answers.</summary>
    internal uint Limit
    {
        get
        {
            uint limit = (uint)((_value & 0xffff) | ((_value >> 32) & 0xf0000));
            return Has(55) ? (limit << 12) | 0xfff : limit;
        }
    }

    /// <summary>Whether LAR answers.</summary>
    internal bool HasRights => HasLimit || (!IsSegment && Type == CallGate && IsPermitted);

    /// <summary>Whether LSL answers.</summary>
    internal bool HasLimit => IsPermitted && (IsSegment || Type is LocalTable or AvailableTask or BusyTask);

    /// <summary>Whether VERR says yes: data, or code that may be read.</summary>
    internal bool IsReadable => IsSegment && IsPermitted && (!IsCode || Has(41));

    /// <summary>Whether VERW says yes: data that may be written.</summary>
    internal bool IsWritable => IsSegment && IsPermitted && !IsCode && Has(41);

    private bool IsSegment => Has(44);

    private bool IsCode => Has(43);

    private int Type => (int)(_value >> 40) & 0xf;

    private bool IsConforming => IsSegment && IsCode && Has(42);

    // CPL is 0, so only the selector's own level can forbid.
    private bool IsPermitted => IsConforming || ((int)(_value >> 45) & 3) >= _requested;

    /// <summary>The descriptor behind a selector; an empty one for null selectors and those past the table.</summary>
    internal static VirtualDescriptor Find(in DescriptorTablePointer table, ushort selector)
    {
        uint offset = selector & ~7u;
        bool exists = offset != 0 && (selector & TableIndicator) == 0 && table.Base != null && offset + 7 <= table.Limit;
        return exists ? new VirtualDescriptor(*(ulong*)((byte*)table.Base + offset), selector & 3) : default;
    }

    private bool Has(int bit) => ((_value >> bit) & 1) != 0;
}
