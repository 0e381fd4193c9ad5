namespace ParaKit.Hardware.Memory;

/// <summary>A cache of decoded instructions that must hear about the frames they came from.</summary>
internal interface ICodeObserver
{
    /// <summary>Code was decoded from <paramref name="frame"/>, or a host watches it: from now on writes to it must be noted.</summary>
    void FrameMarked(ulong frame);

    /// <summary>Bytes in <paramref name="frame"/> change: what was decoded from it is void.</summary>
    void CodeFrameWritten(ulong frame);
}
