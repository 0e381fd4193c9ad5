using System.Globalization;
using System.Net;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>
/// A rule of an interface: a pattern, and whether packets that match it pass. As text: <c>allow|drop [in|out] [arp|ip|icmp|udp|tcp] [from a.b.c.d[/n]]
/// [to a.b.c.d[/n]] [sport n] [dport n]</c>; "out" is what the guest sends.
/// </summary>
internal sealed record PacketRule
{
    /// <summary>Whether packets that match pass.</summary>
    public bool Allows { get; private init; }

    /// <summary>Whether it is about packets that the guest sends, or receives; null for both.</summary>
    public bool? IsOut { get; private init; }

    private ushort? Type { get; init; }

    private byte? Protocol { get; init; }

    private (uint Address, uint Mask) From { get; init; }

    private (uint Address, uint Mask) To { get; init; }

    private ushort? SourcePort { get; init; }

    private ushort? DestinationPort { get; init; }

    /// <summary>Whether a packet matches.</summary>
    public bool Matches(in PacketFields fields, bool isOut) =>
        (IsOut is null || IsOut == isOut)
        && (Type is null || Type == fields.Type)
        && (Protocol is null || Protocol == fields.Protocol)
        && IsIn(fields.SourceAddress, From)
        && IsIn(fields.DestinationAddress, To)
        && (SourcePort is null || SourcePort == fields.SourcePort)
        && (DestinationPort is null || DestinationPort == fields.DestinationPort);

    /// <summary>Reads a rule.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static PacketRule Parse(string text)
    {
        var words = new Queue<string>(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var rule = new PacketRule
        {
            Allows = words.TryDequeue(out var action) && action is "allow" or "drop" ? action == "allow" : throw new FormatException($"the rule '{text}' begins with neither 'allow' nor 'drop'"),
        };
        while (words.TryDequeue(out var word))
        {
            rule = word switch
            {
                "in" or "out" => rule with { IsOut = word == "out" },
                "arp" => rule with { Type = EthernetFrame.Arp },
                "ip" => rule with { Type = EthernetFrame.Ipv4 },
                "icmp" => rule with { Type = EthernetFrame.Ipv4, Protocol = Ipv4Packet.Icmp },
                "udp" => rule with { Type = EthernetFrame.Ipv4, Protocol = Ipv4Packet.Udp },
                "tcp" => rule with { Type = EthernetFrame.Ipv4, Protocol = Ipv4Packet.Tcp },
                "from" => rule with { From = Range(Next(words, word)) },
                "to" => rule with { To = Range(Next(words, word)) },
                "sport" => rule with { SourcePort = Port(Next(words, word)) },
                "dport" => rule with { DestinationPort = Port(Next(words, word)) },
                _ => throw new FormatException($"'{word}' in the rule '{text}' is not known; known are in, out, arp, ip, icmp, udp, tcp, from, to, sport and dport"),
            };
        }

        return rule;
    }

    private static bool IsIn(uint? address, (uint Address, uint Mask) range) => range.Mask == 0 || (address & range.Mask) == range.Address;

    private static string Next(Queue<string> words, string before) => words.TryDequeue(out var word) ? word : throw new FormatException($"nothing follows '{before}' in a rule");

    private static (uint Address, uint Mask) Range(string text)
    {
        const int Bits = 32;
        var parts = text.Split('/');
        var length = Bits;
        var isRange = parts.Length == 1 || (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= Bits);
        var mask = length == 0 ? 0 : uint.MaxValue << (Bits - length);
        return isRange && TryAddress(parts[0], out var address)
            ? (address & mask, mask)
            : throw new FormatException($"'{text}' is not an IPv4 address with or without the length of a prefix");
    }

    /// <summary>Reads an IPv4 address in its four parts.</summary>
    public static bool TryAddress(string text, out uint address)
    {
        address = 0;
        var isAddress = text.Count(c => c == '.') == 3 && IPAddress.TryParse(text, out var parsed) && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        if (isAddress)
        {
            address = BigEndian.Read32(IPAddress.Parse(text).GetAddressBytes(), 0);
        }

        return isAddress;
    }

    private static ushort Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw new FormatException($"'{text}' is not a port");
}
