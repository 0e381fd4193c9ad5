using System.Buffers.Binary;
using System.Text;

namespace ParaKit.Image.Elf;

/// <summary>What tables inside a Linux kernel tell of its code; a kernel on a disk has lost its symbols, but not these.</summary>
internal static class LinuxTables
{
    private const int ExportSize = 12;
    private const int OrcSize = 6;
    private const int LongestName = 512;

    /// <summary>
    /// Addresses for which there is unwind information (Linux Documentation/arch/x86/orc-unwinder.rst): starts of functions, and instructions
    /// after which the stack looks different. Entries without a stack register stand for gaps.
    /// </summary>
    internal static IEnumerable<ulong> UnwoundAddresses(ElfSection addresses, ElfSection? entries)
    {
        ReadOnlyMemory<byte> distances = addresses.Data;
        int count = distances.Length / sizeof(int);
        if (entries is null || entries.Data.Length / OrcSize != count)
        {
            yield break; // another version of the format
        }

        for (int i = 0; i < count; i++)
        {
            bool isGap = (entries.Data.Span[(i * OrcSize) + 4] & 0xf) == 0;
            if (!isGap)
            {
                ulong place = addresses.Address + (ulong)(i * sizeof(int));
                yield return place + (ulong)BinaryPrimitives.ReadInt32LittleEndian(distances.Span[(i * sizeof(int))..]);
            }
        }
    }

    /// <summary>Symbols exported to modules (Linux include/linux/export.h): distances to the value and to the name.</summary>
    internal static IEnumerable<ElfSymbol> ExportedSymbols(ElfFile elf)
    {
        if (elf.Symbols.Length > 0 || elf.FindSection("__ksymtab_strings") is not { } strings)
        {
            yield break;
        }

        foreach (ElfSection table in elf.Sections.Where(s => s.Name is "__ksymtab" or "__ksymtab_gpl"))
        {
            for (int i = 0; i + ExportSize <= table.Data.Length; i += ExportSize)
            {
                ulong place = table.Address + (ulong)i;
                ulong value = place + (ulong)BinaryPrimitives.ReadInt32LittleEndian(table.Data.Span[i..]);
                ulong name = place + 4 + (ulong)BinaryPrimitives.ReadInt32LittleEndian(table.Data.Span[(i + 4)..]);
                int section = IndexOf(elf, value);
                if (name - strings.Address < (ulong)strings.Data.Length && section > 0)
                {
                    bool isCode = elf.Sections[section].IsExecutable;
                    yield return new ElfSymbol(
                        NameAt(strings.Data.Span[(int)(name - strings.Address)..]), isCode ? ElfFormat.SymbolFunction : ElfFormat.SymbolObject, (ushort)section, value, 0);
                }
            }
        }
    }

    private static int IndexOf(ElfFile elf, ulong address)
    {
        for (int i = 1; i < Math.Min(elf.Sections.Length, ElfFormat.FirstReservedSection); i++)
        {
            if (elf.Sections[i].IsAllocated && address - elf.Sections[i].Address < elf.Sections[i].Size)
            {
                return i;
            }
        }

        return 0;
    }

    private static string NameAt(ReadOnlySpan<byte> text)
    {
        int end = text[..Math.Min(text.Length, LongestName)].IndexOf((byte)0);
        return end < 0 ? "" : Encoding.UTF8.GetString(text[..end]);
    }
}
