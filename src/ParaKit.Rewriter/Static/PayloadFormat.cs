using System.Runtime.InteropServices;

namespace ParaKit.Rewriter.Static;

/// <summary>
/// Start of the payload: what the static rewriter puts behind the bridge's image, and the bridge finds there. Headers, segments and sites
/// follow each other; then come the bytes of segments and trampolines.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct PayloadHeader
{
    /// <summary>Value of <see cref="Magic"/>: "PKbridge".</summary>
    public const ulong MagicValue = 0x656764697262_4b50;

    /// <summary>Recognises the structure.</summary>
    public ulong Magic;

    /// <summary>Physical address of the kernel's first instruction.</summary>
    public ulong Entry;

    /// <summary>Linear address at which the kernel reaches its trampolines; a page of <see cref="PayloadFlags"/> follows them.</summary>
    public ulong TrampolineAddress;

    /// <summary>Bytes of trampolines, whole pages.</summary>
    public ulong TrampolineBytes;

    /// <summary>Where the trampolines are, from the start of the payload.</summary>
    public ulong TrampolineOffset;

    /// <summary>Number of <see cref="PayloadSegment"/>.</summary>
    public uint SegmentCount;

    /// <summary>Number of <see cref="PayloadSite"/>.</summary>
    public uint SiteCount;
}

/// <summary>A part of the kernel's memory.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PayloadSegment
{
    /// <summary>Physical address.</summary>
    public ulong Physical;

    /// <summary>Bytes in memory; those behind the file's are zero.</summary>
    public ulong MemoryBytes;

    /// <summary>Where its bytes are, from the start of the payload.</summary>
    public ulong Offset;

    /// <summary>Number of those bytes.</summary>
    public ulong FileBytes;
}

/// <summary>An instruction that was replaced by an interrupt to the bridge, and what it was.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PayloadSite
{
    /// <summary>The site has no register or no part of an address.</summary>
    public const sbyte None = -1;

    /// <summary>Value of <see cref="Base"/>: the address is relative to the next instruction.</summary>
    public const sbyte RelativeToNext = 16;

    /// <summary>Physical address of its first byte; for trampolines the linear one.</summary>
    public ulong Address;

    /// <summary>Displacement of the memory operand, or the immediate operand.</summary>
    public long Value;

    /// <summary>What it does.</summary>
    public PayloadOperation Operation;

    /// <summary>Its length in bytes.</summary>
    public byte Length;

    /// <summary>Operand size in bytes.</summary>
    public byte Width;

    /// <summary>Number of the general register, or <see cref="None"/>.</summary>
    public sbyte Register;

    /// <summary>Number of the control, debug or segment register, or the second general one.</summary>
    public sbyte Special;

    /// <summary>Base register of the memory operand, <see cref="None"/> or <see cref="RelativeToNext"/>.</summary>
    public sbyte Base;

    /// <summary>Index register of the memory operand, or <see cref="None"/>.</summary>
    public sbyte Index;

    /// <summary>log2 of the index's scale.</summary>
    public byte Scale;
}

/// <summary>What the kernel and the bridge share, so that the most frequent operations need no exit.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PayloadFlags
{
    /// <summary>The kernel's interrupt flag: 1 if it takes interrupts.</summary>
    public byte InterruptsEnabled;

    /// <summary>1 if an interrupt waits.</summary>
    public byte InterruptPending;
}
