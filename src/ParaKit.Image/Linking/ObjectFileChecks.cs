using System.Numerics;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>What the linker takes for granted about an object file, checked once before it starts.</summary>
internal static class ObjectFileChecks
{
    // Sections may share their bytes in the file, but the linker copies each.
    private const ulong CopyFactor = 2;

    /// <exception cref="ImageFormatException">The file cannot be linked, whatever the options.</exception>
    internal static void Check(ElfFile elf, int fileSize, string name)
    {
        ulong copied = 0;
        ulong allocated = 0;
        foreach (ElfSection section in elf.Sections)
        {
            copied += (ulong)section.Data.Length;
            allocated += section.IsAllocated ? Math.Min(section.Size, KernelLayout.MappedAtBoot) : 0;
            Require(
                section.Alignment == 0 || (BitOperations.IsPow2(section.Alignment) && section.Alignment <= KernelLayout.PageSize),
                $"'{name}': section {section.Name} wants to be aligned to 0x{section.Alignment:x} bytes.");
            Require(
                !section.HasBits || (ulong)section.Data.Length == section.Size,
                $"'{name}': section {section.Name} has {section.Data.Length} bytes and claims {section.Size}.");
        }

        Require(copied <= CopyFactor * (ulong)fileSize, $"'{name}': its sections overlap.");
        Require(allocated < KernelLayout.MappedAtBoot, $"'{name}': its sections do not fit into the memory that is mapped at boot.");
        foreach (ElfSymbol symbol in elf.Symbols.Where(s => s.IsDefined))
        {
            Require(
                symbol.SectionIndex < elf.Sections.Length && symbol.Value <= elf.Sections[symbol.SectionIndex].Size,
                $"'{name}': the symbol '{symbol.Name}' lies outside its section.");
        }
    }

    private static void Require(bool isTrue, string problem)
    {
        if (!isTrue)
        {
            throw new ImageFormatException(problem);
        }
    }
}
