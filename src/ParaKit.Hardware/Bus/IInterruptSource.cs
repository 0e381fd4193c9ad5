namespace ParaKit.Hardware.Bus;

/// <summary>What the processor sees of an interrupt controller: the INTR pin and the acknowledge cycle.</summary>
public interface IInterruptSource
{
    /// <summary>An unmasked interrupt waits.</summary>
    bool IsRequested { get; }

    /// <summary>Takes the interrupt and returns its vector.</summary>
    byte Acknowledge();
}
