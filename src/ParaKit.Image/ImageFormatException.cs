namespace ParaKit.Image;

/// <summary>A file is not a kernel image or object file that ParaKit can read; the message says what is wrong and where.</summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Creates the exception with a message for the user.</summary>
    public ImageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the failure behind it.</summary>
    public ImageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with a general message.</summary>
    public ImageFormatException()
        : base("The file is not a valid kernel image.")
    {
    }
}
