using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// A boot loader for native images: puts the segments at their physical addresses and starts the kernel in 64-bit mode on an
/// identity map that lies in low memory.
/// </summary>
internal static class NativeLoader
{
    private const ulong LoaderEnd = 0x8000;
    private const ulong Level4 = 0x1000;
    private const ulong Level3 = 0x2000;
    private const ulong Level2 = 0x3000;
    private const ulong DescriptorTable = 0x4000;
    private const ulong LargePage = 2 << 20;
    private const ulong MappedAtMost = 1 << 30;
    private const ulong KernelCode64 = 0x00AF_9B00_0000_FFFF;
    private const ulong KernelData = 0x00CF_9300_0000_FFFF;
    private const ushort DescriptorTableLimit = (3 * sizeof(ulong)) - 1;

    /// <summary>Loads an image and sets the processor to its entry point.</summary>
    /// <exception cref="DomainBuildException">There is too little memory, or a segment lies outside it or in the loader's own.</exception>
    public static void Load(Processor processor, PseudoPhysicalMemory memory, KernelImage image, string commandLine, IReadOnlyList<ReadOnlyMemory<byte>> modules, int processors = 1)
    {
        if (memory.Size <= PvhStartInfo.HighMemoryStart)
        {
            throw new DomainBuildException($"'{image.Name}' needs more than {PvhStartInfo.HighMemoryStart >> 20} MiB of memory.");
        }

        foreach (var segment in image.Segments)
        {
            if (segment.PhysicalAddress < LoaderEnd || !memory.Contains(segment.PhysicalAddress, segment.MemorySize))
            {
                throw new DomainBuildException(
                    $"'{image.Name}': the segment at physical address 0x{segment.PhysicalAddress:x} does not fit into {memory.Size >> 20} MiB of memory.");
            }

            memory.Write(segment.PhysicalAddress, segment.Data.Span);
        }

        WriteIdentityMap(memory);
        WriteDescriptors(memory);
        PvhStartInfo.Write(memory, commandLine, modules, AcpiTables.Write(memory, processors));
        SetEntryState(processor, image.Entry);
    }

    private static void WriteIdentityMap(PseudoPhysicalMemory memory)
    {
        const ulong Table = PageTableEntries.Present | PageTableEntries.Writable;
        memory.Write(Level4, Level3 | Table);
        memory.Write(Level3, Level2 | Table);
        var mapped = Math.Min(memory.Size, MappedAtMost);
        for (ulong address = 0; address < mapped; address += LargePage)
        {
            memory.Write(Level2 + (address / LargePage * sizeof(ulong)), address | Table | PageTableEntries.PageSize);
        }
    }

    private static void WriteDescriptors(PseudoPhysicalMemory memory)
    {
        memory.Write(DescriptorTable + sizeof(ulong), KernelCode64);
        memory.Write(DescriptorTable + (2 * sizeof(ulong)), KernelData);
    }

    private static void SetEntryState(Processor processor, ulong entry)
    {
        processor.Reset();
        ref var state = ref processor.State;
        state.Gdtr = new DescriptorTableRegister { Base = DescriptorTable, Limit = DescriptorTableLimit };
        state.Rip = entry;
        state.Registers[GeneralRegister.Rbx] = PvhStartInfo.Address;
        processor.LoadCr3(Level4);
    }
}
