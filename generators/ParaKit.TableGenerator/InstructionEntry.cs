namespace ParaKit.TableGenerator;

/// <summary>One Iced code and the method that implements it.</summary>
/// <param name="Code">Name of the code.</param>
/// <param name="RegisterForm">Method for register operands, or null if the code has only a memory form.</param>
/// <param name="MemoryForm">Method for a memory operand, or null if the code has none.</param>
/// <param name="Method">Method without type arguments, for messages.</param>
/// <param name="Error">Why the type arguments could not be found, or null.</param>
internal sealed record InstructionEntry(
    string Code, string? RegisterForm, string? MemoryForm, string Method, string? Error);

/// <summary>An entry together with the place that asked for it; used for diagnostics only.</summary>
internal sealed record LocatedInstruction(InstructionEntry Entry, SourceLocation? Location);
