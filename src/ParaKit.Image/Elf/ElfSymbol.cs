namespace ParaKit.Image.Elf;

/// <summary>One symbol-table entry; <see cref="Value"/> is an offset in its section for object files, an address for images.</summary>
internal sealed record ElfSymbol(string Name, byte Type, ushort SectionIndex, ulong Value, ulong Size)
{
    internal bool IsDefined => SectionIndex is not ElfFormat.UndefinedSection and < ElfFormat.FirstReservedSection;
}
