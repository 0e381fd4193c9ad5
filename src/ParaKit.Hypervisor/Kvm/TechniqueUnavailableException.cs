namespace ParaKit.Hypervisor.Kvm;

/// <summary>This host cannot run guests by a technique; the message says why.</summary>
public sealed class TechniqueUnavailableException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public TechniqueUnavailableException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public TechniqueUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that another one caused.</summary>
    public TechniqueUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
