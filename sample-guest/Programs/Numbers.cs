/// <summary>A sequence of bytes that looks random and is the same every time.</summary>
internal struct Numbers
{
    private const uint Multiplier = 1664525;
    private const uint Increment = 1013904223;

    private uint _state;

    public byte Next()
    {
        _state = (_state * Multiplier) + Increment;
        return (byte)(_state >> 24);
    }
}
