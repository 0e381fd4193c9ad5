namespace ParaKit.Generators.Model;

/// <summary>One method to emit: an operation and every call of it, in source order.</summary>
internal sealed record Interceptor(InterceptedOperation Operation, EquatableArray<CallSite> Sites);
