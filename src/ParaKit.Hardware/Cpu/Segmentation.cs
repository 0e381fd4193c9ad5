namespace ParaKit.Hardware.Cpu;

/// <summary>Ready-made segments.</summary>
internal static class Segmentation
{
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
}
