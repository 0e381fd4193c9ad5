namespace VerifyTests;

/// <summary>A snapshot is missing or differs; the message lists the files.</summary>
public sealed class VerifyException(string message) : Exception(message);
