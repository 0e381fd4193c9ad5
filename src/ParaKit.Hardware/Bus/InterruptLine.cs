namespace ParaKit.Hardware.Bus;

/// <summary>Takes the level of numbered interrupt inputs.</summary>
public interface IInterruptInputs
{
    /// <summary>Input <paramref name="number"/> is now <paramref name="high"/>.</summary>
    void SetInput(int number, bool high);
}

/// <summary>The wire from a device to one input of an interrupt controller.</summary>
/// <param name="inputs">The controller, or null for a wire that ends nowhere.</param>
/// <param name="number">The input's number.</param>
public sealed class InterruptLine(IInterruptInputs? inputs, int number)
{
    /// <summary>Current level.</summary>
    public bool IsHigh { get; private set; }

    /// <summary>Drives the line.</summary>
    public void Set(bool high)
    {
        if (high != IsHigh)
        {
            IsHigh = high;
            inputs?.SetInput(number, high);
        }
    }

    /// <summary>Takes over the level of another line, whose controller's state is taken over too: nobody is told.</summary>
    internal void CopyStateFrom(InterruptLine other) => IsHigh = other.IsHigh;

    /// <summary>A low-high-low pulse: one edge.</summary>
    public void Pulse()
    {
        Set(false);
        Set(true);
        Set(false);
    }
}
