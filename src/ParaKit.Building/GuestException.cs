namespace ParaKit.Building;

/// <summary>A guest cannot be found, built or read; the message says what is wrong and, where possible, what to do.</summary>
/// <param name="message">One sentence.</param>
public sealed class GuestException(string message) : Exception(message);
