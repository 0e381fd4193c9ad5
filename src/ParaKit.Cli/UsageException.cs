namespace ParaKit.Cli;

/// <summary>The user can put this right; the message says what is wrong and, where possible, what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
