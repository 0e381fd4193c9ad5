namespace ParaKit.Hypervisor.Events;

/// <summary>
/// Two-level event delivery: a pending bit per port, a selector bit per word, one upcall flag.
/// Xen public/event_channel.h and public/xen.h, "evtchn_pending_sel".
/// </summary>
internal sealed class TwoLevelDelivery(SharedInfoPage page)
{
    /// <summary>Makes a port pending and, unless it is masked, asks for an upcall.</summary>
    public void SetPending(uint port)
    {
        if (!page.TestAndSetPending(port) && !page.IsMasked(port))
        {
            Notify(port);
        }
    }

    /// <summary>Clears the mask of a port and asks for an upcall if the port was masked and pending.</summary>
    public void Unmask(uint port)
    {
        if (page.TestAndClearMask(port) && page.IsPending(port))
        {
            Notify(port);
        }
    }

    private void Notify(uint port)
    {
        if (!page.TestAndSetSelector(port / 64))
        {
            page.UpcallPending = true;
        }
    }
}
