using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// What a kernel that boots by the PVH protocol finds, its physical address in EBX (<c>struct hvm_start_info</c>).
/// Xen public/arch-x86/hvm/start_info.h.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HvmStartInfo
{
    /// <summary>Value of <see cref="Magic"/> (XEN_HVM_START_MAGIC_VALUE).</summary>
    public const uint MagicValue = 0x336ec578;
    /// <summary>First version with a memory map.</summary>
    public const uint CurrentVersion = 1;

    /// <summary><see cref="MagicValue"/>.</summary>
    public uint Magic;
    /// <summary>Version of the structure.</summary>
    public uint Version;
    /// <summary>SIF_* flags.</summary>
    public StartFlags Flags;
    /// <summary>Number of modules (nr_modules).</summary>
    public uint ModuleCount;
    /// <summary>Physical address of the list of modules (modlist_paddr).</summary>
    public ulong ModuleList;
    /// <summary>Physical address of the command line, NUL terminated (cmdline_paddr).</summary>
    public ulong CommandLine;
    /// <summary>Physical address of the ACPI root pointer, or 0 (rsdp_paddr).</summary>
    public ulong AcpiRoot;
    /// <summary>Physical address of the memory map (memmap_paddr).</summary>
    public ulong MemoryMap;
    /// <summary>Entries of the memory map (memmap_entries).</summary>
    public uint MemoryMapCount;
    /// <summary>Zero.</summary>
    public uint Reserved;
}

/// <summary>One range of the memory map (<c>struct hvm_memmap_table_entry</c>). Xen public/arch-x86/hvm/start_info.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct HvmMemoryMapEntry
{
    /// <summary>Value of <see cref="Type"/>: memory that the kernel may use (XEN_HVM_MEMMAP_TYPE_RAM).</summary>
    public const uint Ram = 1;

    /// <summary>Start in bytes (addr).</summary>
    public ulong Address;
    /// <summary>Size in bytes.</summary>
    public ulong Size;
    /// <summary><see cref="Ram"/> or another E820 type.</summary>
    public uint Type;
    /// <summary>Zero.</summary>
    public uint Reserved;
}

/// <summary>A file that the boot loader put into memory (<c>struct hvm_modlist_entry</c>). Xen public/arch-x86/hvm/start_info.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct HvmModule
{
    /// <summary>Physical address (paddr).</summary>
    public ulong Address;
    /// <summary>Size in bytes.</summary>
    public ulong Size;
    /// <summary>Physical address of the module's command line, or 0 (cmdline_paddr).</summary>
    public ulong CommandLine;
    /// <summary>Zero.</summary>
    public ulong Reserved;
}
