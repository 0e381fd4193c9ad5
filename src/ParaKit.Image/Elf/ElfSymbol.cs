namespace ParaKit.Image.Elf;

/// <summary>One symbol-table entry; <see cref="Value"/> is an offset in its section for object files, an address for images.</summary>
internal sealed record ElfSymbol(string Name, byte Type, ushort SectionIndex, ulong Value, ulong Size)
{
    /// <summary>Whether the value is an address that belongs to no section, such as the end of the image.</summary>
    internal bool IsAbsolute => SectionIndex == ElfFormat.AbsoluteSection;

    internal bool IsDefined => SectionIndex is not ElfFormat.UndefinedSection and < ElfFormat.FirstReservedSection;
}
