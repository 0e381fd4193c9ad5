namespace ParaKit.Hardware.Devices;

/// <summary>What a network card is plugged into.</summary>
public interface INetworkWire
{
    /// <summary>Takes a frame that the card sends, without check sequence; it is valid during the call.</summary>
    void Send(ReadOnlySpan<byte> frame);
}
