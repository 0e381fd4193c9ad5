using System.Runtime.InteropServices;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

namespace Disk;

public struct BlockRequest
{
    public ulong Sector;
    public GrantReference Frame;
    public byte Operation;
}

[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct BlockResponse
{
    public ulong Id;
    public short Status;
}

/// <summary>Requests of the disk.</summary>
[IoRing(typeof(BlockRequest), typeof(BlockResponse))]
public static partial class BlockRing;

internal partial record struct @class
{
    internal struct Note;

    [IoRing(typeof(Note), typeof(ulong))]
    private partial class Notes
    {
        internal static uint Count(FrontEnd front) => front.FreeSlots;
    }
}
