namespace ParaKit.Generators.Model;

/// <summary>A handler that the dispatcher calls.</summary>
/// <param name="Number">Vector or line; negative for a handler of everything else.</param>
/// <param name="Method">Fully qualified.</param>
/// <param name="FromUser">Whether user mode may raise the exception itself.</param>
/// <param name="Virq">The virtual interrupt that is bound to the line; negative for none.</param>
/// <param name="TakesFrame">Whether the first argument is the frame.</param>
/// <param name="TakesLine">Whether the second argument is the line.</param>
/// <param name="ReturnsFrame">Whether it returns the frame that continues.</param>
internal sealed record EntryPoint(int Number, string Method, bool FromUser, int Virq, bool TakesFrame, bool TakesLine, bool ReturnsFrame);
