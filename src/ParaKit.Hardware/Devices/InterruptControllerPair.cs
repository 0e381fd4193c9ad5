using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>The PC's two 8259A: inputs 0-7 at the first, 8-15 at the second, whose output is input 2 of the first.</summary>
public sealed class InterruptControllerPair : IInterruptSource, IInterruptInputs
{
    private const int CascadeInput = 2;
    private const int InputsPerController = 8;

    /// <summary>Wires the pair.</summary>
    public InterruptControllerPair()
    {
        First.Cascade = (Second, CascadeInput);
        Second.Output = new InterruptLine(First, CascadeInput);
    }

    /// <summary>The controller next to the processor.</summary>
    public InterruptController8259 First { get; } = new();

    /// <summary>The cascaded controller.</summary>
    public InterruptController8259 Second { get; } = new();

    /// <inheritdoc/>
    public bool IsRequested => First.IsRequested;

    /// <inheritdoc/>
    public byte Acknowledge() => First.Acknowledge();

    /// <inheritdoc/>
    public void SetInput(int number, bool high)
    {
        InterruptController8259 controller = number < InputsPerController ? First : Second;
        controller.SetInput(number % InputsPerController, high);
    }

    /// <summary>Takes over the state of another pair.</summary>
    internal void CopyStateFrom(InterruptControllerPair other)
    {
        First.CopyStateFrom(other.First);
        Second.CopyStateFrom(other.Second);
    }

    /// <summary>Whether an edge on this input could reach the processor as the masks are now.</summary>
    internal bool CanInterrupt(int number) => number < InputsPerController
        ? (First.Mask & (1 << number)) == 0
        : (Second.Mask & (1 << (number - InputsPerController))) == 0 && (First.Mask & (1 << CascadeInput)) == 0;
}
