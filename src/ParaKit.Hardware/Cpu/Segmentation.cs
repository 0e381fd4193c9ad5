namespace ParaKit.Hardware.Cpu;

/// <summary>Segments from descriptors. Intel SDM vol. 3A, "Segment Descriptors".</summary>
internal static class Segmentation
{
    /// <summary>Type 9 (available 64-bit TSS) becomes 11 (busy) when loaded.</summary>
    public const int AvailableTssType = 9;
    public const int LdtType = 2;
    public const ulong TssBusyBit = 1ul << 41;
    public const ulong AccessedBit = 1ul << 40;
    public const SegmentAttributes BusyTss = SegmentAttributes.Present | (SegmentAttributes)11;

    public static SegmentRegister FlatCode(ushort selector, int dpl) => new()
    {
        Selector = selector,
        Limit = uint.MaxValue,
        Attributes = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Code
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed | SegmentAttributes.Long
            | SegmentAttributes.Granularity | (SegmentAttributes)(dpl << 5),
    };

    public static SegmentRegister FlatData(ushort selector, int dpl) => new()
    {
        Selector = selector,
        Limit = uint.MaxValue,
        Attributes = SegmentAttributes.Present | SegmentAttributes.CodeOrData
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed | SegmentAttributes.DefaultBig
            | SegmentAttributes.Granularity | (SegmentAttributes)(dpl << 5),
    };

    /// <summary>The null SS of a handler that was entered with a change of privilege.</summary>
    public static SegmentRegister NullStack(byte cpl) =>
        new() { Selector = cpl, Attributes = (SegmentAttributes)(cpl << 5) };

    public static SegmentRegister FromDescriptor(ushort selector, ulong descriptor)
    {
        var attributes = (SegmentAttributes)(((descriptor >> 40) & 0xff) | ((descriptor >> 40) & 0xf000));
        uint limit = (uint)((descriptor & 0xffff) | ((descriptor >> 32) & 0xf0000));
        return new SegmentRegister
        {
            Selector = selector,
            Attributes = attributes,
            Base = ((descriptor >> 16) & 0xff_ffff) | ((descriptor >> 32) & 0xff00_0000),
            Limit = (attributes & SegmentAttributes.Granularity) != 0 ? (limit << 12) | 0xfff : limit,
        };
    }
}
