namespace ParaKit.Image;

/// <summary>Bytes of an image at their address.</summary>
/// <param name="Name">Name of the section; a made-up one where the file has none.</param>
/// <param name="Address">Linear address of the first byte.</param>
/// <param name="Offset">Where the bytes are in the file, or in the kernel that was unpacked from it.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Bits">16, 32 or 64: how the processor reads them if they are code.</param>
/// <param name="IsCode">Whether they are meant to be executed.</param>
public sealed record CodeSection(string Name, ulong Address, ulong Offset, ReadOnlyMemory<byte> Data, int Bits, bool IsCode)
{
    /// <summary>Whether an address lies in it.</summary>
    public bool Contains(ulong address) => address - Address < (ulong)Data.Length;
}
