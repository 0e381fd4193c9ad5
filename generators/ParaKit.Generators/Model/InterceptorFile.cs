namespace ParaKit.Generators.Model;

/// <summary>What one generated file holds.</summary>
/// <param name="Number">Distinguishes the files of a kernel; empty where there is only one.</param>
/// <param name="Interceptors">Those of the calls in some of the source files.</param>
internal sealed record InterceptorFile(string Number, EquatableArray<Interceptor> Interceptors);
