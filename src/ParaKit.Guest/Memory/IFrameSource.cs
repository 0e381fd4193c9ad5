namespace ParaKit.Guest;

/// <summary>A kernel's own frames, as far as its balloon driver has to do with them.</summary>
public interface IFrameSource
{
    /// <summary>Takes a frame away from the kernel, which pages something out if it must.</summary>
    /// <param name="frame">Its physical address.</param>
    /// <returns>False if the kernel can spare none.</returns>
    bool TryTake(out ulong frame);

    /// <summary>Gives a frame to the kernel.</summary>
    void Return(ulong frame);
}
