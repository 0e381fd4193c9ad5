using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of grant_table_op. Xen public/grant_table.h, "GNTTABOP_*".</summary>
public enum GrantTableOperation : uint
{
    /// <summary>Map a frame that another domain grants.</summary>
    MapGrantReference = 0,
    /// <summary>Unmap such a frame.</summary>
    UnmapGrantReference = 1,
    /// <summary>Tell where a domain's grant table is (<see cref="GrantSetupTable"/>).</summary>
    SetupTable = 2,
    /// <summary>Print a grant table on Xen's console.</summary>
    DumpTable = 3,
    /// <summary>Give a frame to another domain for good.</summary>
    Transfer = 4,
    /// <summary>Copy between granted frames.</summary>
    Copy = 5,
    /// <summary>Size of a domain's grant table (<see cref="GrantQuerySize"/>).</summary>
    QuerySize = 6,
    /// <summary>Unmap a frame and put another mapping in its place.</summary>
    UnmapAndReplace = 7,
    /// <summary>Choose the version of the entries.</summary>
    SetVersion = 8,
    /// <summary>Tell where the status words of version 2 are.</summary>
    GetStatusFrames = 9,
    /// <summary>Ask for the version of the entries.</summary>
    GetVersion = 10,
    /// <summary>Exchange two entries.</summary>
    SwapGrantReference = 11,
    /// <summary>Clean or invalidate caches for a granted range.</summary>
    CacheFlush = 12,
}

/// <summary>Result inside the arguments of grant_table_op. Xen public/grant_table.h, "GNTST_*".</summary>
public enum GrantStatus : short
{
    /// <summary>Normal return.</summary>
    Okay = 0,
    /// <summary>General undefined error.</summary>
    GeneralError = -1,
    /// <summary>Unrecognised domain.</summary>
    BadDomain = -2,
    /// <summary>Unrecognised or inappropriate grant reference.</summary>
    BadGrantReference = -3,
    /// <summary>Unrecognised or inappropriate handle.</summary>
    BadHandle = -4,
    /// <summary>Inappropriate virtual address to map.</summary>
    BadVirtualAddress = -5,
    /// <summary>Inappropriate device address to unmap.</summary>
    BadDeviceAddress = -6,
    /// <summary>Out of space in the I/O MMU.</summary>
    NoDeviceSpace = -7,
    /// <summary>Not enough privilege for the operation.</summary>
    PermissionDenied = -8,
    /// <summary>The frame was invalid for the operation.</summary>
    BadPage = -9,
    /// <summary>Copy arguments cross a page boundary.</summary>
    BadCopyArgument = -10,
    /// <summary>The address does not fit an entry.</summary>
    AddressTooBig = -11,
    /// <summary>Try again later.</summary>
    TryAgain = -12,
    /// <summary>Out of space.</summary>
    NoSpace = -13,
}

/// <summary>Flags of <see cref="GrantEntryV1"/>. Xen public/grant_table.h, "GTF_*".</summary>
[System.Flags]
public enum GrantEntryFlags : ushort
{
    /// <summary>The entry grants nothing (GTF_invalid).</summary>
    Invalid = 0,
    /// <summary>The domain may map the frame (GTF_permit_access).</summary>
    PermitAccess = 1,
    /// <summary>The domain may give a frame (GTF_accept_transfer).</summary>
    AcceptTransfer = 2,
    /// <summary>The bits that hold the type (GTF_type_mask).</summary>
    TypeMask = 3,
    /// <summary>Set by the guest: access is read-only (GTF_readonly).</summary>
    ReadOnly = 1 << 2,
    /// <summary>Set by Xen: the frame is mapped for reading (GTF_reading).</summary>
    Reading = 1 << 3,
    /// <summary>Set by Xen: the frame is mapped for writing (GTF_writing).</summary>
    Writing = 1 << 4,
}

/// <summary>
/// One entry of a grant table, version 1 (<c>grant_entry_v1</c>). To end a grant, the flags are compared and exchanged with 0, which
/// fails while Xen has <see cref="GrantEntryFlags.Reading"/> or <see cref="GrantEntryFlags.Writing"/> set. Xen public/grant_table.h,
/// "Introducing a valid entry into the grant table" and "Invalidating an unused GTF_permit_access entry".
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantEntryV1
{
    /// <summary>Entries in one frame of the table.</summary>
    public const int PerFrame = 512;
    /// <summary>First entry that is not reserved for the tools (GNTTAB_NR_RESERVED_ENTRIES).</summary>
    public const uint FirstFree = 8;
    /// <summary>Set by Xen in an entry that accepts a transfer: one is on its way (GTF_transfer_committed).</summary>
    public const GrantEntryFlags TransferCommitted = (GrantEntryFlags)(1 << 2);
    /// <summary>Set by Xen in such an entry: the frame is the domain's, and in the entry (GTF_transfer_completed).</summary>
    public const GrantEntryFlags TransferCompleted = (GrantEntryFlags)(1 << 3);

    /// <summary>Type and state.</summary>
    public GrantEntryFlags Flags;
    /// <summary>The domain that may use the entry.</summary>
    public ushort Domain;
    /// <summary>Machine frame that the domain may map.</summary>
    public uint Frame;
}

/// <summary>Argument of setup_table (<c>gnttab_setup_table</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantSetupTable
{
    /// <summary>IN: the domain.</summary>
    public ushort Domain;
    /// <summary>IN: number of frames.</summary>
    public uint FrameCount;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
    /// <summary>IN: address of the list that receives the machine frames.</summary>
    public ulong FrameList;
}

/// <summary>Argument of query_size (<c>gnttab_query_size</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantQuerySize
{
    /// <summary>IN: the domain.</summary>
    public ushort Domain;
    /// <summary>OUT: frames that the table has.</summary>
    public uint FrameCount;
    /// <summary>OUT: frames that it may have.</summary>
    public uint MaximumFrameCount;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
}

/// <summary>Argument of get_version (<c>gnttab_get_version</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantVersion
{
    /// <summary>IN: the domain.</summary>
    public ushort Domain;
    /// <summary>Zero.</summary>
    public ushort Padding;
    /// <summary>OUT: version of the entries.</summary>
    public uint Version;
}

/// <summary>Flags of <see cref="GrantMap"/>. Xen public/grant_table.h, "GNTMAP_*".</summary>
[System.Flags]
public enum GrantMapFlags : uint
{
    /// <summary>Nothing is asked for.</summary>
    None = 0,
    /// <summary>For devices (GNTMAP_device_map).</summary>
    DeviceMap = 1 << 0,
    /// <summary>For the processor (GNTMAP_host_map).</summary>
    HostMap = 1 << 1,
    /// <summary>It is only read (GNTMAP_readonly).</summary>
    ReadOnly = 1 << 2,
    /// <summary>For user mode (GNTMAP_application_map).</summary>
    ApplicationMap = 1 << 3,
    /// <summary>The address is the machine address of a page-table entry (GNTMAP_contains_pte).</summary>
    ContainsEntry = 1 << 4,
}

/// <summary>Argument of map_grant_ref (<c>struct gnttab_map_grant_ref</c>). Xen public/grant_table.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantMap
{
    /// <summary>IN: where, a linear address, or a machine address with <see cref="GrantMapFlags.ContainsEntry"/>.</summary>
    public ulong HostAddress;
    /// <summary>IN: how.</summary>
    public GrantMapFlags Flags;
    /// <summary>IN: the grant.</summary>
    public uint Reference;
    /// <summary>IN: whose.</summary>
    public ushort Domain;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
    /// <summary>OUT: what to unmap it by.</summary>
    public uint Handle;
    /// <summary>OUT: machine address of the frame.</summary>
    public ulong DeviceAddress;
}

/// <summary>Argument of unmap_grant_ref (<c>struct gnttab_unmap_grant_ref</c>). Xen public/grant_table.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantUnmap
{
    /// <summary>IN: where it is mapped.</summary>
    public ulong HostAddress;
    /// <summary>IN: machine address of the frame, 0 for none.</summary>
    public ulong DeviceAddress;
    /// <summary>IN: the mapping.</summary>
    public uint Handle;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
}

/// <summary>Argument of transfer (<c>struct gnttab_transfer</c>). Xen public/grant_table.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantTransfer
{
    /// <summary>IN: machine frame of the caller's own, which nobody uses.</summary>
    public ulong Frame;
    /// <summary>IN: to whom.</summary>
    public ushort Domain;
    /// <summary>IN: the other domain's entry that accepts it.</summary>
    public uint Reference;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
}

/// <summary>One side of a copy (<c>struct gnttab_copy_ptr</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantCopyPlace
{
    /// <summary>IN: grant reference, or machine frame of the caller's own.</summary>
    public ulong Frame;
    /// <summary>IN: whose grant, or DOMID_SELF.</summary>
    public ushort Domain;
    /// <summary>IN: first byte in the frame.</summary>
    public ushort Offset;
}

/// <summary>Argument of copy (<c>struct gnttab_copy</c>). Xen public/grant_table.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GrantCopy
{
    /// <summary>IN: from where.</summary>
    public GrantCopyPlace Source;
    /// <summary>IN: to where.</summary>
    public GrantCopyPlace Destination;
    /// <summary>IN: bytes, inside a frame on both sides.</summary>
    public ushort Length;
    /// <summary>IN: which sides are grants.</summary>
    public GrantCopyFlags Flags;
    /// <summary>OUT: how it went.</summary>
    public GrantStatus Status;
}

/// <summary>Flags of <see cref="GrantCopy"/>. Xen public/grant_table.h, "GNTCOPY_*".</summary>
[System.Flags]
public enum GrantCopyFlags : ushort
{
    /// <summary>Both sides are the caller's own frames.</summary>
    None = 0,
    /// <summary>The source is a grant (GNTCOPY_source_gref).</summary>
    SourceIsGrant = 1 << 0,
    /// <summary>The destination is a grant (GNTCOPY_dest_gref).</summary>
    DestinationIsGrant = 1 << 1,
}
