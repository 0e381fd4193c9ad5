namespace ParaKit.Hardware.Bus;

/// <summary>A device on the I/O bus. It knows offsets into its own range, not where the range is.</summary>
public interface IPortDevice
{
    /// <summary>Reads <paramref name="width"/> (1, 2 or 4) bytes at <paramref name="offset"/>.</summary>
    uint Read(int offset, int width);

    /// <summary>Writes <paramref name="width"/> (1, 2 or 4) bytes at <paramref name="offset"/>.</summary>
    void Write(int offset, int width, uint value);
}
