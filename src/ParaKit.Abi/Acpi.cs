using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Where the ACPI tables are. ACPI Specification 6.5, "Root System Description Pointer (RSDP)".</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct AcpiRootPointer
{
    /// <summary>Value of <see cref="Signature"/>: "RSD PTR ".</summary>
    public const ulong SignatureValue = 0x2052_5450_2044_5352;
    /// <summary>First revision with <see cref="ExtendedTable"/>.</summary>
    public const byte ExtendedRevision = 2;
    /// <summary>Bytes that <see cref="Checksum"/> is of.</summary>
    public const int ShortLength = 20;

    /// <summary><see cref="SignatureValue"/>.</summary>
    public ulong Signature;
    /// <summary>Makes the sum of the first <see cref="ShortLength"/> bytes zero.</summary>
    public byte Checksum;
    /// <summary>OEMID, 6 characters.</summary>
    public uint OemLow;
    /// <summary>The rest of it.</summary>
    public ushort OemHigh;
    /// <summary>Revision.</summary>
    public byte Revision;
    /// <summary>Physical address of the table of 32-bit addresses (RSDT).</summary>
    public uint Table;
    /// <summary>Size of this structure.</summary>
    public uint Length;
    /// <summary>Physical address of the table of 64-bit addresses (XSDT).</summary>
    public ulong ExtendedTable;
    /// <summary>Makes the sum of all bytes zero.</summary>
    public byte ExtendedChecksum;
    /// <summary>Zero.</summary>
    public byte Reserved1;
    /// <summary>Zero.</summary>
    public ushort Reserved2;
}

/// <summary>What every ACPI table begins with. ACPI Specification 6.5, "System Description Table Header".</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct AcpiTableHeader
{
    /// <summary>Signature of the table of 64-bit addresses: "XSDT".</summary>
    public const uint ExtendedSignature = 0x5444_5358;
    /// <summary>Signature of the table of processors: "APIC".</summary>
    public const uint ProcessorsSignature = 0x4349_5041;
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 36;

    /// <summary>Four characters.</summary>
    public uint Signature;
    /// <summary>Bytes of the table, header included.</summary>
    public uint Length;
    /// <summary>Revision.</summary>
    public byte Revision;
    /// <summary>Makes the sum of all bytes zero.</summary>
    public byte Checksum;
    /// <summary>OEMID, 6 characters.</summary>
    public uint OemLow;
    /// <summary>The rest of it.</summary>
    public ushort OemHigh;
    /// <summary>OEM table identifier.</summary>
    public ulong OemTable;
    /// <summary>OEM revision.</summary>
    public uint OemRevision;
    /// <summary>Who made the table.</summary>
    public uint Creator;
    /// <summary>Revision of who made it.</summary>
    public uint CreatorRevision;
}

/// <summary>A processor in the table of processors. ACPI Specification 6.5, "Processor Local APIC Structure".</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct AcpiProcessor
{
    /// <summary>Value of <see cref="Type"/>.</summary>
    public const byte TypeValue = 0;
    /// <summary>In <see cref="Flags"/>: it can be started.</summary>
    public const uint Enabled = 1;
    /// <summary>Bytes between the header of the table of processors and its first structure: address of the local APICs, and flags.</summary>
    public const int Offset = 8;

    /// <summary>Kind of the structure.</summary>
    public byte Type;
    /// <summary>Bytes of the structure.</summary>
    public byte Length;
    /// <summary>The firmware's number of the processor.</summary>
    public byte Number;
    /// <summary>Identifier of its local APIC.</summary>
    public byte ApicId;
    /// <summary>Flags.</summary>
    public uint Flags;
}
