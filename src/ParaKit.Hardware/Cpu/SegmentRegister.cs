using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>A segment register with its hidden part. Intel SDM vol. 3A, "Segment Registers".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SegmentRegister
{
    /// <summary>First byte of the segment. In 64-bit mode only FS and GS use it.</summary>
    public ulong Base;

    /// <summary>Last valid offset, already scaled by the granularity bit.</summary>
    public uint Limit;

    /// <summary>Bits 8-15 and 20-23 of the descriptor's second word, moved down by 8: type, S, DPL, P, then AVL, L, D/B, G at bit 12.</summary>
    public SegmentAttributes Attributes;

    /// <summary>Visible selector.</summary>
    public ushort Selector;

    /// <summary>Descriptor privilege level, 0-3.</summary>
    public readonly int Dpl => ((int)Attributes >> 5) & 3;

    /// <summary>What loading <paramref name="selector"/> puts into a register if the table has <paramref name="descriptor"/> for it.</summary>
    public static SegmentRegister FromDescriptor(ushort selector, ulong descriptor) => Segmentation.FromDescriptor(selector, descriptor);
}

/// <summary>Attribute bits of <see cref="SegmentRegister.Attributes"/>. Intel SDM vol. 3A, "Segment Descriptors".</summary>
[Flags]
public enum SegmentAttributes : ushort
{
    /// <summary>An unusable (null) segment.</summary>
    None = 0,

    /// <summary>Type bit 0: accessed.</summary>
    Accessed = 1 << 0,

    /// <summary>Type bit 1: data writable, or code readable.</summary>
    WritableOrReadable = 1 << 1,

    /// <summary>Type bit 2: data expands down, or code conforms.</summary>
    ExpandDownOrConforming = 1 << 2,

    /// <summary>Type bit 3: code.</summary>
    Code = 1 << 3,

    /// <summary>S: code or data, not a system descriptor.</summary>
    CodeOrData = 1 << 4,

    /// <summary>DPL 3 (both bits).</summary>
    Dpl3 = 3 << 5,

    /// <summary>P: present.</summary>
    Present = 1 << 7,

    /// <summary>AVL: for software.</summary>
    Available = 1 << 12,

    /// <summary>L: 64-bit code.</summary>
    Long = 1 << 13,

    /// <summary>D/B: 32-bit default size.</summary>
    DefaultBig = 1 << 14,

    /// <summary>G: the limit counts 4 KiB units.</summary>
    Granularity = 1 << 15,
}

/// <summary>GDTR or IDTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DescriptorTableRegister
{
    /// <summary>Linear address of the table.</summary>
    public ulong Base;

    /// <summary>Offset of its last valid byte.</summary>
    public ushort Limit;
}
