using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu;

/// <summary>Hears of exceptions and interrupts that a processor delivers through its IDT.</summary>
public interface IDeliveryObserver
{
    /// <summary>The processor is at the first instruction of a handler.</summary>
    /// <param name="kind">Interrupt, exception or INT.</param>
    /// <param name="vector">Its vector.</param>
    /// <param name="handler">Linear address of the handler.</param>
    void OnDelivery(EventType kind, byte vector, ulong handler);
}
