using ParaKit.Guest;

/// <summary>The kernel's frames as its balloon driver takes and returns them.</summary>
internal sealed class BalloonMemory : IFrameSource
{
    public bool TryTake(out ulong frame) => Frames.TryTake(out frame);

    public void Return(ulong frame) => Frames.Free(frame);
}
