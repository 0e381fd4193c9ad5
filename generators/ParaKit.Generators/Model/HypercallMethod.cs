namespace ParaKit.Generators.Model;

/// <summary>A declared hypercall that gets a body.</summary>
/// <param name="Number">Number of the hypercall.</param>
/// <param name="Namespace">Namespace of the type, or nothing.</param>
/// <param name="Types">Types around the method, outermost first, each as <c>class Kernel</c>.</param>
/// <param name="Modifiers">Modifiers of the declaration: the body must repeat them.</param>
/// <param name="Name">The method.</param>
/// <param name="Native">What a native image calls, or nothing.</param>
/// <param name="Arguments">In order.</param>
internal sealed record HypercallMethod(
    int Number,
    string Namespace,
    EquatableArray<string> Types,
    string Modifiers,
    string Name,
    string Native,
    EquatableArray<HypercallArgument> Arguments);

/// <summary>One argument of a hypercall.</summary>
/// <param name="Declaration">The parameter as it is written.</param>
/// <param name="Name">Escaped where it is a keyword.</param>
/// <param name="ArgumentModifier">What a call writes before <paramref name="Name"/>, with its trailing space, or nothing.</param>
/// <param name="PointerType">For an argument passed by address, the pointer's type; otherwise nothing.</param>
/// <param name="PointerName">Name of that pointer.</param>
internal sealed record HypercallArgument(string Declaration, string Name, string ArgumentModifier, string PointerType, string PointerName);
