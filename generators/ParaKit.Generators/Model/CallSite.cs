namespace ParaKit.Generators.Model;

/// <summary>One interceptable call of a sensitive operation.</summary>
/// <param name="Operation">What is called, and what replaces it.</param>
/// <param name="FileName">Name without directory: generated text must not depend on where the source lies.</param>
/// <param name="Line">One-based line of the method's name.</param>
/// <param name="Column">One-based column of the method's name.</param>
/// <param name="LocationVersion">First argument of <c>InterceptsLocation</c>.</param>
/// <param name="LocationData">Second argument of <c>InterceptsLocation</c>: content hash, position and file name, encoded by the compiler.</param>
/// <param name="EnclosingTypes">The types around the call, innermost first.</param>
internal sealed record CallSite(
    InterceptedOperation Operation,
    string FileName,
    int Line,
    int Column,
    int LocationVersion,
    string LocationData,
    EquatableArray<string> EnclosingTypes);
