namespace ParaKit.Hardware.Memory;

/// <summary>A cache of decoded instructions that must hear about the frames they came from.</summary>
internal interface ICodeObserver
{
    /// <summary>Somebody decoded code in <paramref name="frame"/>: from now on writes to it must be seen.</summary>
    void CodeFrameAdded(ulong frame);

    /// <summary>Bytes in <paramref name="frame"/> change: what was decoded from it is void.</summary>
    void CodeFrameWritten(ulong frame);
}
