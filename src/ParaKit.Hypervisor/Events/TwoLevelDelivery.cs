namespace ParaKit.Hypervisor.Events;

/// <summary>
/// Two-level event delivery: a pending bit per port, and for each virtual processor a selector bit per word and one upcall flag.
/// Xen public/event_channel.h and public/xen.h, "evtchn_pending_sel".
/// </summary>
/// <param name="page">The domain's page.</param>
/// <param name="vcpus">Where its virtual processors look.</param>
internal sealed class TwoLevelDelivery(SharedInfoPage page, IReadOnlyList<VcpuInfoArea> vcpus)
{
    /// <summary>Virtual processors.</summary>
    public int VcpuCount => vcpus.Count;

    /// <summary>Makes a port pending and, unless it is masked, asks for an upcall of a virtual processor.</summary>
    public void SetPending(uint port, uint vcpu)
    {
        if (!page.TestAndSetPending(port) && !page.IsMasked(port))
        {
            Notify(port, vcpu);
        }
    }

    /// <summary>Clears the mask of a port and asks for an upcall if the port was masked and pending.</summary>
    public void Unmask(uint port, uint vcpu)
    {
        if (page.TestAndClearMask(port) && page.IsPending(port))
        {
            Notify(port, vcpu);
        }
    }

    private void Notify(uint port, uint vcpu)
    {
        var info = vcpus[(int)vcpu];
        if (!info.TestAndSetSelector(port / 64))
        {
            info.UpcallPending = true;
        }
    }
}
