using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>A section of the object file on its way into the image.</summary>
internal sealed class InputSection(ElfSection header, int index)
{
    internal int Index { get; } = index;

    internal string Name => header.Name;

    internal ulong Size => header.Size;

    internal ulong Alignment => Math.Max(header.Alignment, 16);

    internal bool IsAllocated => header.IsAllocated;

    internal bool IsExecutable => header.IsExecutable;

    internal bool IsWritable => header.IsWritable;

    internal bool HasBits => header.HasBits;

    internal bool IsDebug => !header.IsAllocated && header.Name.StartsWith(".debug_", StringComparison.Ordinal);

    /// <summary>The bytes, changed in place by relocation.</summary>
    internal byte[] Data { get; } = header.Data.ToArray();

    /// <summary>The bytes as they came.</summary>
    internal byte[] Original { get; } = header.Data.ToArray();

    internal List<Relocation> Relocations { get; } = [];

    /// <summary>Linear address, once placed.</summary>
    internal ulong Address { get; set; }
}

/// <summary>A place that depends on the address of a symbol.</summary>
internal readonly record struct Relocation(ulong Offset, uint Type, int Symbol, long Addend);
