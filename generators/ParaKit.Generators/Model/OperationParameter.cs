namespace ParaKit.Generators.Model;

/// <summary>One parameter as it is written.</summary>
/// <param name="Modifier"><c>ref </c>, <c>scoped in </c> … with its trailing space, or nothing.</param>
/// <param name="Type">Fully qualified.</param>
/// <param name="Name">Escaped where it is a keyword.</param>
/// <param name="ArgumentModifier">What a call writes before <paramref name="Name"/>, with its trailing space, or nothing.</param>
internal sealed record OperationParameter(string Modifier, string Type, string Name, string ArgumentModifier);
