using System;
using System.Runtime.InteropServices;

namespace ParaKit.Guest;

/// <summary>The boot information of the PVH protocol (Xen public/arch-x86/hvm/start_info.h), which QEMU and the simulated machine pass.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PvhStartInfo
{
    private const uint ExpectedMagic = 0x336ec578;
    private const uint UsableMemory = 1;
    private const ulong ImageStart = 0x100000;
    private const int CommandLineLimit = 1024;

    // What the image's boot page tables map.
    private const ulong BootMappedBytes = 1UL << 30;

    internal uint Magic;
    internal uint Version;
    internal uint Flags;
    internal uint ModuleCount;
    internal ulong Modules;
    internal ulong CommandLine;
    internal ulong Rsdp;
    internal ulong MemoryMap;
    internal uint MemoryMapCount;
    internal uint Reserved;

    internal static BootInformation Read(ulong physical)
    {
        var info = (PvhStartInfo*)PageTable.ToVirtual(physical);
        if (physical == 0 || info->Magic != ExpectedMagic)
        {
            Platform.Fail("no PVH start info: boot this image with QEMU's -kernel or with parakit");
        }

        var boot = new BootInformation
        {
            MemoryBytes = Math.Min(EndOfMemoryAroundImage(info), BootMappedBytes),
            FirstFreeAddress = LinkerSymbols.ImageEnd - PageTable.KernelBase,
        };
        boot.MappedBytes = boot.MemoryBytes;
        if (info->CommandLine != 0)
        {
            boot.SetCommandLine((byte*)PageTable.ToVirtual(info->CommandLine), CommandLineLimit);
        }

        return boot;
    }

    private static ulong EndOfMemoryAroundImage(PvhStartInfo* info)
    {
        var entry = (MemoryMapEntry*)PageTable.ToVirtual(info->MemoryMap);
        for (uint i = 0; i < info->MemoryMapCount; i++, entry++)
        {
            if (entry->Type == UsableMemory && entry->Address <= ImageStart && entry->Address + entry->Size > ImageStart)
            {
                return entry->Address + entry->Size;
            }
        }

        Platform.Fail("the memory map has no usable memory at 1 MiB");
        return 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryMapEntry
    {
        internal ulong Address;
        internal ulong Size;
        internal uint Type;
        internal uint Reserved;
    }
}
