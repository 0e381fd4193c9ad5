using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Time;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hypervisor.Diagnostics;

/// <summary>Tells the observer of a run what the guest's processor delivers.</summary>
internal sealed class MachineDeliveries(VirtualClock clock, IRunObserver observer) : IDeliveryObserver
{
    /// <inheritdoc/>
    public void OnDelivery(EventType kind, byte vector, ulong handler)
    {
        var name = kind switch
        {
            EventType.External => ExitNames.Interrupt,
            EventType.Software => ExitNames.SoftwareInterrupt,
            _ => ExitNames.OfException(vector),
        };
        observer.OnDelivery(new Delivery(name, vector, handler, clock.Cycles));
    }
}
