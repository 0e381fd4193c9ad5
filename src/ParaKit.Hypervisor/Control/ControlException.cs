namespace ParaKit.Hypervisor.Control;

/// <summary>What somebody asked of a host cannot be done; the message says why.</summary>
public sealed class ControlException : Exception
{
    /// <summary>Makes one.</summary>
    public ControlException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public ControlException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
