namespace ParaKit.Generators.Model;

/// <summary>A type that becomes a ring.</summary>
/// <param name="FileName">Name of the generated file.</param>
/// <param name="Namespace">Empty for the global one.</param>
/// <param name="Declarations">The types around it and itself, outermost first, as in <c>partial class Block</c>.</param>
/// <param name="Name">As in documentation.</param>
/// <param name="Request">Fully qualified.</param>
/// <param name="Response">Fully qualified.</param>
/// <param name="Accessibility">Of the nested types: no wider than those of request and response.</param>
internal sealed record RingType(
    string FileName,
    string Namespace,
    EquatableArray<string> Declarations,
    string Name,
    string Request,
    string Response,
    string Accessibility);
