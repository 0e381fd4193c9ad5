namespace ParaKit.Rewriter.Static;

/// <summary>An image cannot be rewritten; the message says why and where.</summary>
public sealed class RewriteException : Exception
{
    /// <summary>Creates an exception without a reason.</summary>
    public RewriteException()
    {
    }

    /// <summary>Creates an exception with a reason that names image and address.</summary>
    public RewriteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a reason and its cause.</summary>
    public RewriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
