namespace ParaKit.Image.Elf;

/// <summary>One program header with its file bytes.</summary>
internal sealed record ElfSegment(
    uint Type, uint Flags, ulong VirtualAddress, ulong PhysicalAddress, ulong MemorySize, ReadOnlyMemory<byte> Data)
{
    /// <summary>Where its bytes are in the file.</summary>
    internal ulong Offset { get; init; }
}
