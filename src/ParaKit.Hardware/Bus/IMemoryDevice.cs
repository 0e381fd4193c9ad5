namespace ParaKit.Hardware.Bus;

/// <summary>A device in the physical address space. It knows offsets into its own range, not where the range is.</summary>
public interface IMemoryDevice
{
    /// <summary>Reads <paramref name="width"/> (1, 2, 4 or 8) bytes at <paramref name="offset"/>.</summary>
    ulong Read(ulong offset, int width);

    /// <summary>Writes <paramref name="width"/> (1, 2, 4 or 8) bytes at <paramref name="offset"/>.</summary>
    void Write(ulong offset, int width, ulong value);
}
