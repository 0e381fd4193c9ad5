using System.Collections.Immutable;

namespace ParaKit.Image;

/// <summary>The machine code that an image has for some source lines, inside one function.</summary>
/// <param name="Function">Symbol of the function.</param>
/// <param name="Instructions">
/// Instructions in address order, in NASM's notation with symbols for addresses; null stands for code of other lines in between.
/// </param>
public sealed record CodeRange(string Function, ImmutableArray<string?> Instructions);
