using System.Runtime.InteropServices;

namespace ParaKit.Guest.Tests;

/// <summary>As long as a block request of Xen public/io/blkif.h: 32 slots.</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
public record struct Request(ulong Id, ulong Check);

public record struct Response(ulong Id, short Status);

[IoRing(typeof(Request), typeof(Response))]
internal static partial class WideRing;

/// <summary>504 entries of 8 bytes would fit; 256 are used.</summary>
[IoRing(typeof(ulong), typeof(uint))]
internal static partial class NarrowRing;

[StructLayout(LayoutKind.Sequential, Size = 4032)]
internal struct Page;

/// <summary>One slot takes all there is.</summary>
[IoRing(typeof(Page), typeof(byte))]
internal static partial class SingleRing;

internal static partial class Outer
{
    private struct Secret;

    [IoRing(typeof(Secret), typeof(Secret))]
    private partial struct Nested;

    internal static uint NestedSlots => Nested.SlotCount;
}
