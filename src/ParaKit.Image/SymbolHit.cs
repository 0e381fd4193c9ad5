namespace ParaKit.Image;

/// <summary>The symbol that covers an address.</summary>
/// <param name="Name">Symbol name as in the symbol table.</param>
/// <param name="Offset">Distance from the symbol's start, in bytes.</param>
public readonly record struct SymbolHit(string Name, ulong Offset)
{
    /// <summary>"name+0x12", or just the name at offset 0.</summary>
    public override string ToString() => Offset == 0 ? Name : $"{Name}+0x{Offset:x}";
}
