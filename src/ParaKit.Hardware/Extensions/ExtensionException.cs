namespace ParaKit.Hardware.Extensions;

/// <summary>An extension failed; the message names it.</summary>
public sealed class ExtensionException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public ExtensionException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public ExtensionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that another one caused.</summary>
    public ExtensionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
