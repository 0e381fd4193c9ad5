namespace ParaKit.Rewriter.Discovery;

/// <summary>Bytes that may be machine code.</summary>
/// <param name="Address">Linear address of the first byte.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Bits">16, 32 or 64.</param>
/// <param name="IsCode">False for data, in which only tables of jumps are looked up.</param>
public sealed record CodeRegion(ulong Address, ReadOnlyMemory<byte> Bytes, int Bits = 64, bool IsCode = true)
{
    /// <summary>Whether an address lies in the region.</summary>
    public bool Contains(ulong address) => address - Address < (ulong)Bytes.Length;
}
