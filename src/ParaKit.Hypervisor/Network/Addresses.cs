using System.Globalization;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>
/// Addresses of interfaces. Nobody has to configure any: an interface's IPv4 address is 10 and the last three bytes of its Ethernet address, in the one network 10/8.
/// </summary>
internal static class Addresses
{
    /// <summary>Ethernet addresses of virtual interfaces begin so. Xen docs, xl-network-configuration(5), "mac".</summary>
    private const ulong XenPrefix = 0x00163e_000000;
    private const uint Network = 10u << 24;
    private const uint HostBits = 0xff_ffff;

    /// <summary>The host's own end of each switch: 10.255.255.254.</summary>
    public static ulong HostHardware { get; } = XenPrefix | 0xff_fffe;

    /// <summary>The Ethernet address of a domain's interface, if none is given.</summary>
    public static ulong OfDomain(int domain, int number) => XenPrefix | ((ulong)number << 16) | (uint)domain;

    /// <summary>The Ethernet address that goes with an IPv4 address.</summary>
    public static ulong HardwareOf(uint address) => XenPrefix | (address & HostBits);

    /// <summary>The IPv4 address that goes with an Ethernet address.</summary>
    public static uint AddressOf(ulong hardware) => NetworkAddress.OfHardware(hardware);

    /// <summary>Whether an IPv4 address can be that of an interface.</summary>
    public static bool IsOfInterface(uint address) => (address & ~HostBits) == Network && (address & HostBits) is not (0 or HostBits);

    /// <summary>As text.</summary>
    public static string Hardware(ulong hardware) =>
        string.Join(':', Enumerable.Range(0, 6).Select(i => ((byte)(hardware >> (40 - (8 * i)))).ToString("x2", CultureInfo.InvariantCulture)));

    /// <summary>As text.</summary>
    public static string Ipv4(uint address) => $"{address >> 24}.{(byte)(address >> 16)}.{(byte)(address >> 8)}.{(byte)address}";

    /// <summary>Reads an Ethernet address that is not a group's.</summary>
    public static bool TryHardware(string text, out ulong hardware)
    {
        hardware = 0;
        var parts = text.Split(':');
        foreach (var part in parts)
        {
            if (part.Length != 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            hardware = (hardware << 8) | value;
        }

        return parts.Length == 6 && (hardware & EthernetFrame.Group) == 0;
    }
}
