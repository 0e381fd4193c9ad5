namespace ParaKit.Hardware.Time;

/// <summary>A cost profile cannot be used; the message names the file, the member and what is wrong with it.</summary>
public sealed class CostProfileException(string message, Exception? inner = null) : Exception(message, inner);
