#pragma warning disable CS0649 // who starts a kernel, or links one, fills these

/// <summary>PVH start information (struct hvm_start_info). Xen public/arch-x86/hvm/start_info.h.</summary>
internal struct StartInformation
{
    public const uint MagicValue = 0x336ec578;

    public uint Magic;
    public uint Version;
    public uint Flags;
    public uint ModuleCount;
    public ulong ModuleList;
    public ulong CommandLine;
    public ulong AcpiRoot;
    public ulong MemoryMap;
    public uint MemoryMapCount;
    public uint Reserved;
}

/// <summary>A module (struct hvm_modlist_entry).</summary>
internal struct Module
{
    public ulong Address;
    public ulong Size;
    public ulong CommandLine;
    public ulong Reserved;
}

/// <summary>A range of memory (struct hvm_memmap_table_entry).</summary>
internal struct MemoryRange
{
    public ulong Address;
    public ulong Size;
    public uint Type;
    public uint Reserved;
}

/// <summary>The beginning of an ELF file. System V ABI, "ELF Header".</summary>
internal struct ElfHeader
{
    public ulong Identification;
    public ulong IdentificationRest;
    public ushort Type;
    public ushort Machine;
    public uint Version;
    public ulong Entry;
    public ulong ProgramHeaders;
    public ulong SectionHeaders;
    public uint Flags;
    public ushort HeaderSize;
    public ushort ProgramHeaderSize;
    public ushort ProgramHeaderCount;
}

/// <summary>A segment. System V ABI, "Program Header".</summary>
internal struct ProgramHeader
{
    public uint Type;
    public uint Flags;
    public ulong Offset;
    public ulong VirtualAddress;
    public ulong PhysicalAddress;
    public ulong FileSize;
    public ulong MemorySize;
    public ulong Alignment;
}
