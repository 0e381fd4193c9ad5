using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Devices;

/// <summary>What a back end reaches of the domain that it serves.</summary>
/// <param name="Guest">The domain.</param>
/// <param name="Store">Where both halves of a device meet.</param>
/// <param name="Grants">What the domain lets others use.</param>
/// <param name="Events">Its ports.</param>
/// <param name="Memory">The machine's memory.</param>
/// <param name="Work">What back ends take of a processor for it.</param>
internal sealed record DeviceHost(DomainId Guest, XenStore Store, GrantTable Grants, EventChannelTable Events, PhysicalMemory Memory, BackendMeter Work)
{
    /// <summary>Begins to use a page that the domain grants to the back end's domain.</summary>
    public GrantStatus Acquire(uint grant, bool isWrite, out ulong frame)
    {
        Work.Call();
        return Grants.Acquire(grant, StoreTree.Control, isWrite, out frame);
    }

    /// <summary>Ends the use of a page.</summary>
    public void Release(uint grant, bool isWrite)
    {
        Work.Call();
        Grants.Release(grant, isWrite);
    }

    /// <summary>Sends an event to one of its ports.</summary>
    public void Notify(uint port)
    {
        Work.Call();
        Events.NotifyFromBackend(port);
    }
}
