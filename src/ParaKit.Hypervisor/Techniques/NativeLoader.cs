using ParaKit.Hardware;
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
    /// <exception cref="DomainBuildException">A segment lies outside memory or in the loader's own.</exception>
    public static void Load(Machine machine, KernelImage image, string commandLine)
    {
        foreach (var segment in image.Segments)
        {
            if (segment.PhysicalAddress < LoaderEnd || !machine.Memory.Contains(segment.PhysicalAddress, segment.MemorySize))
            {
                throw new DomainBuildException(
                    $"'{image.Name}': the segment at physical address 0x{segment.PhysicalAddress:x} does not fit into {machine.Memory.Size >> 20} MiB of memory.");
            }

            segment.Data.Span.CopyTo(machine.Memory.Span(segment.PhysicalAddress, segment.Data.Length));
        }

        WriteIdentityMap(machine);
        WriteDescriptors(machine);
        PvhStartInfo.Write(machine.Memory, commandLine);
        SetEntryState(machine.Processor, image.Entry);
    }

    private static void WriteIdentityMap(Machine machine)
    {
        const ulong Table = PageTableEntries.Present | PageTableEntries.Writable;
        machine.Memory.Write(Level4, Level3 | Table);
        machine.Memory.Write(Level3, Level2 | Table);
        var mapped = Math.Min(machine.Memory.Size, MappedAtMost);
        for (ulong address = 0; address < mapped; address += LargePage)
        {
            machine.Memory.Write(Level2 + (address / LargePage * sizeof(ulong)), address | Table | PageTableEntries.PageSize);
        }
    }

    private static void WriteDescriptors(Machine machine)
    {
        machine.Memory.Write(DescriptorTable + sizeof(ulong), KernelCode64);
        machine.Memory.Write(DescriptorTable + (2 * sizeof(ulong)), KernelData);
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
