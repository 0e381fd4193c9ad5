namespace ParaKit.Image.Linking;

/// <summary>A call site that the linker replaced by machine instructions.</summary>
/// <param name="Address">Linear address of the site.</param>
/// <param name="Function">Symbol of the function that contains it.</param>
/// <param name="Operation">Symbol that was called.</param>
/// <param name="Before">The call as the compiler emitted it.</param>
/// <param name="After">The bytes now in its place.</param>
public sealed record PatchSite(ulong Address, string Function, string Operation, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);
