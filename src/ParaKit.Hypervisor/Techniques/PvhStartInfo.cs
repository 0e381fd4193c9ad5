using System.Runtime.CompilerServices;
using System.Text;
using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// The boot information that a native kernel finds through RBX: memory map and command line. The same that QEMU passes to a
/// PVH kernel. Xen public/arch-x86/hvm/start_info.h.
/// </summary>
internal static class PvhStartInfo
{
    /// <summary>Physical address of the structure.</summary>
    internal const ulong Address = 0x5000;

    /// <summary>Longest command line in bytes, without the final zero.</summary>
    internal const int CommandLineLimit = 1023;

    /// <summary>Start of the memory above the area that PCs reserve for devices; a kernel needs some.</summary>
    internal const ulong HighMemoryStart = 0x100000;

    private const ulong MapAddress = 0x5100;
    private const ulong ModuleListAddress = 0x5200;
    private const int ModuleLimit = 32;
    private const ulong CommandLineAddress = 0x5800;
    private const ulong LowMemoryEnd = 0x9fc00;

    /// <summary>Writes structure, map and command line into low memory.</summary>
    /// <param name="memory">RAM; more than <see cref="HighMemoryStart"/> bytes.</param>
    /// <param name="commandLine">Command line; cut at <see cref="CommandLineLimit"/> bytes.</param>
    /// <param name="modules">Files; they go to the end of memory.</param>
    /// <param name="acpiRoot">Physical address of the ACPI root pointer, or 0.</param>
    /// <exception cref="DomainBuildException">They do not fit.</exception>
    internal static void Write(PseudoPhysicalMemory memory, string commandLine, IReadOnlyList<ReadOnlyMemory<byte>> modules, ulong acpiRoot = 0)
    {
        WriteModules(memory, modules);
        memory.Write(Address, new HvmStartInfo
        {
            Magic = HvmStartInfo.MagicValue,
            Version = HvmStartInfo.CurrentVersion,
            ModuleCount = (uint)modules.Count,
            ModuleList = modules.Count == 0 ? 0 : ModuleListAddress,
            CommandLine = CommandLineAddress,
            AcpiRoot = acpiRoot,
            MemoryMap = MapAddress,
            MemoryMapCount = 2,
        });
        WriteRange(memory, 0, 0, LowMemoryEnd);
        WriteRange(memory, 1, HighMemoryStart, memory.Size);
        var text = Encoding.UTF8.GetBytes(commandLine).AsSpan();
        memory.Write(CommandLineAddress, text[..Math.Min(text.Length, CommandLineLimit)]);
    }

    private static void WriteModules(PseudoPhysicalMemory memory, IReadOnlyList<ReadOnlyMemory<byte>> modules)
    {
        var end = memory.Size;
        for (var i = 0; i < modules.Count; i++)
        {
            var size = (ulong)modules[i].Length;
            if (i == ModuleLimit || size > end - HighMemoryStart)
            {
                throw new DomainBuildException($"{modules.Count} modules do not fit into {memory.Size >> 20} MiB of memory; at most {ModuleLimit} are possible.");
            }

            end = (end - size) & ~(ulong)(PageTableEntries.FrameBytes - 1);
            memory.Write(end, modules[i].Span);
            memory.Write(ModuleListAddress + ((ulong)i * (ulong)Unsafe.SizeOf<HvmModule>()), new HvmModule { Address = end, Size = size });
        }
    }

    private static void WriteRange(PseudoPhysicalMemory memory, int index, ulong start, ulong end) => memory.Write(
        MapAddress + (ulong)(index * Unsafe.SizeOf<HvmMemoryMapEntry>()),
        new HvmMemoryMapEntry { Address = start, Size = end - start, Type = HvmMemoryMapEntry.Ram });
}
