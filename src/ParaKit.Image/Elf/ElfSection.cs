namespace ParaKit.Image.Elf;

/// <summary>One section header with its bytes (empty for SHT_NOBITS).</summary>
internal sealed record ElfSection(
    string Name, uint Type, ulong Flags, ulong Address, ulong Size, uint Link, uint Info, ulong Alignment, ReadOnlyMemory<byte> Data)
{
    /// <summary>Where its bytes are in the file.</summary>
    internal ulong Offset { get; init; }

    internal bool IsAllocated => (Flags & ElfFormat.FlagAllocated) != 0;

    internal bool IsExecutable => (Flags & ElfFormat.FlagExecutable) != 0;

    internal bool IsWritable => (Flags & ElfFormat.FlagWritable) != 0;

    internal bool HasBits => Type != ElfFormat.SectionNoBits;
}
