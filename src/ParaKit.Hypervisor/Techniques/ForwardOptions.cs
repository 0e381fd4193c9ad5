using System.Globalization;
using ParaKit.Hypervisor.Network;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>A port of this computer, on its loopback interface, that leads to a guest.</summary>
/// <param name="LocalPort">The port; 0 for any that is free.</param>
/// <param name="Address">The guest's IPv4 address.</param>
/// <param name="Port">The guest's port.</param>
public sealed record ForwardOptions(int LocalPort, uint Address, int Port)
{
    /// <summary>Reads "8080:10.0.0.1:80".</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ForwardOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        return parts.Length == 3 && TryPort(parts[0], out var local) && PacketRule.TryAddress(parts[1], out var address) && TryPort(parts[2], out var port) && port != 0
            ? new ForwardOptions(local, address, port)
            : throw new FormatException($"'{text}' is not such as 8080:10.0.0.1:80, a port of this computer, the guest's address and its port");
    }

    /// <summary>The guest's address as text.</summary>
    internal string Target => $"{Addresses.Ipv4(Address)}:{Port}";

    private static bool TryPort(string text, out ushort port) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
