namespace ParaKit.Hypervisor.Domains;

/// <summary>An image or a configuration from which no domain can be built; the message says what the user can change.</summary>
public sealed class DomainBuildException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public DomainBuildException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public DomainBuildException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that another one caused.</summary>
    public DomainBuildException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
