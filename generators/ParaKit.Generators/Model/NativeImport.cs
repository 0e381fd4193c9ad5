namespace ParaKit.Generators.Model;

/// <summary>Arguments of <c>[RuntimeImport]</c> on an extern counterpart: the linker binds the symbol.</summary>
internal sealed record NativeImport(string Module, string Symbol);
