namespace ParaKit.Network;

/// <summary>How interfaces of one network get their IPv4 addresses without being told.</summary>
public static class NetworkAddress
{
    private const uint Network = 10u << 24;
    private const ulong LastThreeBytes = 0xff_ffff;

    /// <summary>The host's own end of a virtual network, 10.255.255.254: answers echo requests and datagrams to the echo port.</summary>
    public const uint Host = Network | 0xff_fffe;

    /// <summary>The IPv4 address that goes with an Ethernet address: 10 and its last three bytes.</summary>
    public static uint OfHardware(ulong hardware) => Network | (uint)(hardware & LastThreeBytes);
}
