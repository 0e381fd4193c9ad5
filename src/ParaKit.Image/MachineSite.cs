namespace ParaKit.Image;

/// <summary>A call of a machine operation that the linker replaced by the operation's instructions.</summary>
/// <param name="Address">Linear address of the first one.</param>
/// <param name="Operation">Symbol of the operation, such as "pk_x86_cli".</param>
public sealed record MachineSite(ulong Address, string Operation);
