namespace ParaKit.Image;

/// <summary>A function or object of an image.</summary>
/// <param name="Name">Name as in the symbol table.</param>
/// <param name="Address">Linear address.</param>
/// <param name="Size">Bytes; 0 if not known.</param>
/// <param name="IsFunction">Whether it is code.</param>
public readonly record struct ImageSymbol(string Name, ulong Address, ulong Size, bool IsFunction);
