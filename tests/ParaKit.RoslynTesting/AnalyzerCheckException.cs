namespace ParaKit.RoslynTesting;

/// <summary>A rule's diagnostics differ from the marks; the message lists each difference.</summary>
public sealed class AnalyzerCheckException(string message) : Exception(message);
