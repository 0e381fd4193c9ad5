using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of memory_op. Xen public/memory.h, "XENMEM_*".</summary>
public enum MemoryOperation : uint
{
    /// <summary>Give the domain more frames.</summary>
    IncreaseReservation = 0,
    /// <summary>Take frames from the domain.</summary>
    DecreaseReservation = 1,
    /// <summary>Returns the highest machine frame number.</summary>
    MaximumRamPage = 2,
    /// <summary>Returns the number of pages a domain has.</summary>
    CurrentReservation = 3,
    /// <summary>Returns the number of pages a domain may have.</summary>
    MaximumReservation = 4,
    /// <summary>Lists the frames of the M2P table (<see cref="MachinePhysicalFrameList"/>).</summary>
    MachinePhysicalFrameList = 5,
    /// <summary>Populate pseudo-physical frames.</summary>
    PopulatePhysmap = 6,
    /// <summary>Place a page in the pseudo-physical map.</summary>
    AddToPhysmap = 7,
    /// <summary>The domain's memory map.</summary>
    MemoryMap = 9,
    /// <summary>The machine's memory map: initial domain only.</summary>
    MachineMemoryMap = 10,
    /// <summary>Exchange frames.</summary>
    Exchange = 11,
    /// <summary>Where the M2P table is (<see cref="MachinePhysicalMapping"/>).</summary>
    MachinePhysicalMapping = 12,
    /// <summary>Set a domain's memory map.</summary>
    SetMemoryMap = 13,
    /// <summary>Returns the highest pseudo-physical frame number of a domain.</summary>
    MaximumGuestFrame = 14,
    /// <summary>Remove a page from the pseudo-physical map.</summary>
    RemoveFromPhysmap = 15,
    /// <summary>ParaKit's own, not Xen's: share frames of the caller, which nobody maps, with others that have the same contents. The list takes the shared frames.</summary>
    ShareFrames = 0x30,
    /// <summary>ParaKit's own, not Xen's: a copy of each shared frame that the caller holds. The list takes the copies.</summary>
    UnshareFrames = 0x31,
}

/// <summary>Argument of machphys_mapping (<c>xen_machphys_mapping</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MachinePhysicalMapping
{
    /// <summary>OUT: start of the virtual addresses of the table.</summary>
    public ulong VirtualStart;
    /// <summary>OUT: end of the virtual addresses of the table.</summary>
    public ulong VirtualEnd;
    /// <summary>OUT: highest machine frame that has an entry.</summary>
    public ulong MaximumFrame;
}

/// <summary>Argument of machphys_mfn_list (<c>xen_machphys_mfn_list</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MachinePhysicalFrameList
{
    /// <summary>IN: capacity of the list.</summary>
    public uint MaximumExtents;
    /// <summary>IN: address of the list of frame numbers.</summary>
    public ulong ExtentStart;
    /// <summary>OUT: entries written.</summary>
    public uint ExtentCount;
}

/// <summary>Argument of the reservation commands (<c>xen_memory_reservation</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryReservation
{
    /// <summary>IN or OUT: address of the list of frame numbers.</summary>
    public ulong ExtentStart;
    /// <summary>IN: number of extents.</summary>
    public ulong ExtentCount;
    /// <summary>IN: each extent has 2 to this power frames.</summary>
    public uint ExtentOrder;
    /// <summary>IN: XENMEMF_* flags.</summary>
    public uint MemoryFlags;
    /// <summary>IN: the domain.</summary>
    public ushort Domain;
}

/// <summary>Argument of the commands that take a domain (<c>xen_memory_domain</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryDomain
{
    /// <summary>IN: the domain.</summary>
    public ushort Domain;
}
