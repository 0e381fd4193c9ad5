using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>State of one port.</summary>
/// <param name="Status">What it is.</param>
/// <param name="Remote">Unbound, interdomain: the other domain.</param>
/// <param name="RemotePort">Interdomain: the other domain's port.</param>
/// <param name="Virq">Virq: which.</param>
/// <param name="Vcpu">The virtual processor that it notifies.</param>
internal readonly record struct EventChannel(EventChannelStatus Status, DomainId Remote = default, uint RemotePort = 0, Virq Virq = default, uint Vcpu = 0);
