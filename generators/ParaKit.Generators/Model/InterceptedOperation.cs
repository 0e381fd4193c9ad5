namespace ParaKit.Generators.Model;

/// <summary>A sensitive operation together with the method that replaces it.</summary>
/// <param name="Key">Unique, readable name with parameter types; also the sort key.</param>
/// <param name="Name">The interceptor's preferred name, such as <c>X86_Cli</c>.</param>
/// <param name="Becomes">What the counterpart does, in the words of the attribute, on one line; may be empty.</param>
/// <param name="Counterpart">Fully qualified method to forward to.</param>
/// <param name="Import">Set when the counterpart is extern: the interceptor then repeats the import instead of forwarding.</param>
/// <param name="Return">Return type with its reference modifier.</param>
/// <param name="ReturnsReference">True for <c>ref</c> and <c>ref readonly</c> returns.</param>
/// <param name="TypeParameters">Names only.</param>
/// <param name="Constraints">Complete <c>where</c> clauses.</param>
/// <param name="Parameters">In order.</param>
/// <param name="IsUnsafe">True when the signature mentions a pointer.</param>
/// <param name="DoesNotReturn">True when the operation says so; the interceptor must then say it too (CS8770).</param>
internal sealed record InterceptedOperation(
    string Key,
    string Name,
    string Becomes,
    string Counterpart,
    NativeImport? Import,
    string Return,
    bool ReturnsReference,
    EquatableArray<string> TypeParameters,
    EquatableArray<string> Constraints,
    EquatableArray<OperationParameter> Parameters,
    bool IsUnsafe,
    bool DoesNotReturn);
