namespace ParaKit.Hypervisor.Techniques;

/// <summary>Holds a machine for the time of a run: disposes of it at the end, unless somebody took it over.</summary>
internal sealed class MachineHold(IDisposable machine) : IDisposable
{
    private bool _isReleased;

    /// <summary>Leaves the machine to the caller.</summary>
    public IDisposable Release()
    {
        _isReleased = true;
        return machine;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isReleased)
        {
            machine.Dispose();
        }
    }
}
