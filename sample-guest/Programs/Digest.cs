/// <summary>A number that stands for a sequence of bytes: FNV-1a.</summary>
internal struct Digest
{
    private const ulong Basis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    private ulong _difference;

    // So that a new digest, all zero, has the value of no bytes.
    public readonly ulong Value => _difference ^ Basis;

    /// <summary>Adds a word as if it were one byte.</summary>
    public void AddWord(ulong word) => _difference = ((Value ^ word) * Prime) ^ Basis;

    public void Add(byte value) => _difference = ((Value ^ value) * Prime) ^ Basis;
}
