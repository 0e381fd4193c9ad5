using System.Text;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// The boot information that a native kernel finds through RBX (Xen public/arch-x86/hvm/start_info.h, "struct hvm_start_info" and
/// "struct hvm_memmap_table_entry"): memory map and command line. The same that QEMU passes to a PVH kernel.
/// </summary>
internal static class PvhStartInfo
{
    /// <summary>Physical address of the structure.</summary>
    internal const ulong Address = 0x5000;

    /// <summary>Longest command line in bytes, without the final zero.</summary>
    internal const int CommandLineLimit = 1023;

    private const ulong MapAddress = 0x5100;
    private const ulong CommandLineAddress = 0x5800;
    private const uint Magic = 0x336ec578;
    private const uint Version = 1;
    private const uint Usable = 1;
    private const int MapEntrySize = 24;
    private const ulong LowMemoryEnd = 0x9fc00;
    private const ulong HighMemoryStart = 0x100000;

    /// <summary>Writes structure, map and command line into low memory.</summary>
    internal static void Write(PhysicalMemory memory, string commandLine)
    {
        memory.Write(Address, Magic);
        memory.Write(Address + 4, Version);
        memory.Write(Address + 24, CommandLineAddress);
        memory.Write(Address + 40, MapAddress);
        memory.Write(Address + 48, 2u);
        WriteRange(memory, 0, 0, LowMemoryEnd);
        WriteRange(memory, 1, HighMemoryStart, memory.Size);
        byte[] text = Encoding.UTF8.GetBytes(commandLine);
        int length = Math.Min(text.Length, CommandLineLimit);
        Span<byte> place = memory.Span(CommandLineAddress, length + 1);
        text.AsSpan(0, length).CopyTo(place);
        place[length] = 0;
    }

    private static void WriteRange(PhysicalMemory memory, int index, ulong start, ulong end)
    {
        ulong entry = MapAddress + (ulong)(index * MapEntrySize);
        memory.Write(entry, start);
        memory.Write(entry + 8, end - start);
        memory.Write(entry + 16, Usable);
    }
}
