using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>A port whose writing turns the machine off; the value is the guest's exit code. Not a real chip.</summary>
public sealed class ExitPort : IPortDevice
{
    /// <summary>The value last written, or null while the machine is on.</summary>
    public uint? ExitCode { get; private set; }

    /// <inheritdoc/>
    public uint Read(int offset, int width) => 0;

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value) => ExitCode = value;

    /// <summary>Returns and forgets the exit code.</summary>
    internal bool TryTake(out uint code)
    {
        code = ExitCode.GetValueOrDefault();
        bool written = ExitCode.HasValue;
        ExitCode = null;
        return written;
    }
}
