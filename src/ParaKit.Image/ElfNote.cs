namespace ParaKit.Image;

/// <summary>One ELF note.</summary>
/// <param name="Owner">Name of the note's owner, such as "Xen".</param>
/// <param name="Type">Number whose meaning the owner defines.</param>
/// <param name="Description">The payload.</param>
public sealed record ElfNote(string Owner, uint Type, ReadOnlyMemory<byte> Description);
