using ParaKit.Hardware.Memory;
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
internal sealed record DeviceHost(DomainId Guest, XenStore Store, GrantTable Grants, EventChannelTable Events, PhysicalMemory Memory);
