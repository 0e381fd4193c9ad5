namespace ParaKit.Network;

/// <summary>State of a connection. RFC 9293, "State Machine Overview".</summary>
public enum TcpState
{
    /// <summary>There is none.</summary>
    Closed,
    /// <summary>We asked for it.</summary>
    SynSent,
    /// <summary>The other side asked, and we agreed.</summary>
    SynReceived,
    /// <summary>Data can go both ways.</summary>
    Established,
    /// <summary>We have said that we are done.</summary>
    FinWait1,
    /// <summary>The other side knows.</summary>
    FinWait2,
    /// <summary>The other side is done, we are not.</summary>
    CloseWait,
    /// <summary>Both said that they are done, and the other side does not know yet that we are.</summary>
    Closing,
    /// <summary>The other side was done first, and does not know yet that we are.</summary>
    LastAck,
    /// <summary>Both are done; the other side may ask again.</summary>
    TimeWait,
}
