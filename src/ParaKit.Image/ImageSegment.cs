namespace ParaKit.Image;

/// <summary>One loadable segment of a kernel image.</summary>
/// <param name="VirtualAddress">Linear address at which the kernel is linked, in bytes.</param>
/// <param name="PhysicalAddress">Load address in (pseudo-)physical memory, in bytes.</param>
/// <param name="MemorySize">Size in memory, in bytes; what lies past <paramref name="Data"/> is zero.</param>
/// <param name="Data">The bytes present in the file.</param>
/// <param name="Writable">Whether the kernel writes to it.</param>
/// <param name="Executable">Whether it holds code.</param>
public sealed record ImageSegment(
    ulong VirtualAddress, ulong PhysicalAddress, ulong MemorySize, ReadOnlyMemory<byte> Data, bool Writable, bool Executable);
