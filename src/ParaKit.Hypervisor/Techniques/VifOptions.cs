using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.Hypervisor.Network;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>A network interface that a guest gets.</summary>
public sealed partial record VifOptions
{
    private const ulong DefaultInterval = 50_000_000; // xl-network-configuration(5), "rate"
    private const int BitsPerByte = 8;

    /// <summary>What it was read from.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Name of the virtual switch that it is connected to.</summary>
    public required string Switch { get; init; }

    /// <summary>Its Ethernet address; 0 for one that follows from the domain's number. Its IPv4 address is 10 and the last three bytes.</summary>
    public ulong Hardware { get; private init; }

    internal IReadOnlyList<PacketRule> Rules { get; private init; } = [];

    internal RateLimit? Rate { get; private init; }

    /// <summary>Puts something between the back end and who serves it, for tests.</summary>
    internal Func<NetworkBackend, Backends.IBackend>? Serve { get; init; }

    /// <summary>
    /// Reads "switch[,mac=xx:xx:xx:xx:xx:xx][,ip=10.a.b.c][,rate=10Mb/s[@50ms]][,rule=...]"; the switch can also be given as "bridge=switch". xl-network-configuration(5).
    /// Rules: "allow|drop [in|out] [arp|ip|icmp|udp|tcp] [from a.b.c.d[/n]] [to a.b.c.d[/n]] [sport n] [dport n]"; the first that matches counts.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message says which part.</exception>
    public static VifOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = new VifOptions { Switch = "", Text = text };
        foreach (var (i, part) in text.Split(',').Index())
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 && i == 0 ? ("bridge", part) : (part[..Math.Max(equals, 0)].Trim(), part[(equals + 1)..].Trim());
            options = key switch
            {
                "bridge" => SwitchName().IsMatch(value) ? options with { Switch = value } : throw new FormatException($"'{value}' is not the name of a switch: letters, digits, - and _"),
                "mac" => options.WithHardware(Addresses.TryHardware(value, out var hardware) ? hardware : throw new FormatException($"'{value}' is not an Ethernet address such as 00:16:3e:00:00:07")) with { Hardware = hardware },
                "ip" => options.WithHardware(PacketRule.TryAddress(value, out var address) && Addresses.IsOfInterface(address)
                    ? Addresses.HardwareOf(address) : throw new FormatException($"'{value}' is not an address of the network 10.0.0.0/8")),
                "rate" => options with { Rate = ParseRate(value) },
                "rule" => options with { Rules = [.. options.Rules, PacketRule.Parse(value)] },
                _ => throw new FormatException($"'{part}' is not known; known are bridge=, mac=, ip=, rate= and rule="),
            };
        }

        return options.Switch.Length > 0 ? options : throw new FormatException("the name of a switch is missing");
    }

    /// <summary>What the interface of a domain is like.</summary>
    internal InterfaceOptions Of(int domain, int number)
    {
        var hardware = Hardware != 0 ? Hardware : Addresses.OfDomain(domain, number);
        return new InterfaceOptions(hardware, Addresses.AddressOf(hardware), Rules, Rate);
    }

    /// <summary>Both addresses can be given if they belong together.</summary>
    private VifOptions WithHardware(ulong hardware)
    {
        var isSame = Hardware == 0 || Addresses.AddressOf(Hardware) == Addresses.AddressOf(hardware);
        return isSame
            ? this with { Hardware = Hardware != 0 ? Hardware : hardware }
            : throw new FormatException($"mac= and ip= do not belong together: the IPv4 address of {Addresses.Hardware(Hardware)} is {Addresses.Ipv4(Addresses.AddressOf(Hardware))}");
    }

    private static RateLimit ParseRate(string text)
    {
        var match = Rates().Match(text);
        var unit = match.Groups[2].Value switch { "K" => 1e3, "M" => 1e6, "G" => 1e9, _ => 1 };
        var interval = match.Groups[5].Value switch { "us" => 1e3, "ms" => 1e6, _ => 1e9 };
        var nanoseconds = match.Groups[4].Success ? Number(match.Groups[4]) * interval : DefaultInterval;
        var bytes = match.Success ? Number(match.Groups[1]) * unit / (match.Groups[3].Value == "b" ? BitsPerByte : 1) * nanoseconds / 1e9 : 0;
        return bytes is >= 1 and < 1e15 && nanoseconds is >= 1 and < 1e15
            ? new RateLimit((ulong)bytes, (ulong)nanoseconds)
            : throw new FormatException($"'{text}' is not a rate such as 10Mb/s, 1MB/s or 1MB/s@20ms, or no byte passes in its interval");

        static double Number(Group group) => double.TryParse(group.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,32}$")]
    private static partial Regex SwitchName();

    [GeneratedRegex("^([0-9.]+)([KMG]?)([bB])/s(?:@([0-9]+)(us|ms|s))?$")]
    private static partial Regex Rates();
}
