using System;
using ParaKit.Abi;

namespace ParaKit.Guest;

/// <summary>Reads the boot information of the PVH protocol, which QEMU and the simulated machine pass.</summary>
internal static unsafe class PvhStartInfo
{
    private const ulong ImageStart = 0x100000;
    private const int CommandLineLimit = 1024;

    // What the image's boot page tables map.
    private const ulong BootMappedBytes = 1UL << 30;

    internal static BootInformation Read(ulong physical)
    {
        var info = (HvmStartInfo*)PageTable.ToVirtual(physical);
        if (physical == 0 || info->Magic != HvmStartInfo.MagicValue)
        {
            Platform.Fail("no PVH start info: boot this image with QEMU's -kernel or with parakit");
        }

        var boot = new BootInformation
        {
            MemoryBytes = Math.Min(EndOfMemoryAroundImage(info), BootMappedBytes),
            FirstFreeAddress = LinkerSymbols.ImageEnd - PageTable.KernelBase,
            AcpiRoot = info->AcpiRoot,
        };
        boot.MappedBytes = boot.MemoryBytes;
        if (info->CommandLine != 0)
        {
            boot.SetCommandLine((byte*)PageTable.ToVirtual(info->CommandLine), CommandLineLimit);
        }

        return boot;
    }

    private static ulong EndOfMemoryAroundImage(HvmStartInfo* info)
    {
        var entry = (HvmMemoryMapEntry*)PageTable.ToVirtual(info->MemoryMap);
        for (uint i = 0; i < info->MemoryMapCount; i++, entry++)
        {
            if (entry->Type == HvmMemoryMapEntry.Ram && entry->Address <= ImageStart && entry->Address + entry->Size > ImageStart)
            {
                return entry->Address + entry->Size;
            }
        }

        Platform.Fail("the memory map has no usable memory at 1 MiB");
        return 0;
    }
}
