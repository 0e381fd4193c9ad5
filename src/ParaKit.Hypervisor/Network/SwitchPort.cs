using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>What a virtual network interface is like.</summary>
/// <param name="Hardware">Its Ethernet address.</param>
/// <param name="Address">Its IPv4 address.</param>
/// <param name="Rules">Which packets pass; the first that matches counts, and without any all pass.</param>
/// <param name="Rate">How fast it may send; null for as fast as the wire.</param>
internal sealed record InterfaceOptions(ulong Hardware, uint Address, IReadOnlyList<PacketRule> Rules, RateLimit? Rate);

/// <summary>Takes packets from a switch.</summary>
internal interface IPacketSink
{
    /// <summary>Takes a packet during the call; false if there is no room for it.</summary>
    bool TryReceive(Packet packet, ulong now);
}

/// <summary>An interface at a switch: its rules, its share of the wire, and the packets that wait for it.</summary>
internal sealed class SwitchPort(InterfaceOptions options, IPacketSink sink)
{
    /// <summary>What it is like.</summary>
    public InterfaceOptions Options => options;

    /// <summary>Where its packets go.</summary>
    public IPacketSink Sink => sink;

    /// <summary>Packets that it wants to send, in order.</summary>
    public Queue<Packet> Waiting { get; } = new();

    /// <summary>How much it may send.</summary>
    public RateCredit Credit { get; } = new(options.Rate, EthernetFrame.MaximumBytes);

    /// <summary>What it has done.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>Whether a packet may pass. Nobody sends with an address that is not his.</summary>
    public bool Passes(ReadOnlySpan<byte> header, bool isOut)
    {
        var fields = PacketHeader.Read(header);
        var passes = !(isOut && IsSpoofed(in fields)) && Allows(in fields, isOut);
        Counters.Filtered += passes ? 0 : 1;
        return passes;
    }

    private bool Allows(in PacketFields fields, bool isOut)
    {
        foreach (var rule in options.Rules)
        {
            if (rule.Matches(in fields, isOut))
            {
                return rule.Allows;
            }
        }

        return true;
    }

    private bool IsSpoofed(in PacketFields fields) =>
        fields.Source != options.Hardware
        || (fields.Type is EthernetFrame.Ipv4 or EthernetFrame.Arp && fields.SourceAddress != options.Address)
        || (fields.Type == EthernetFrame.Arp && fields.SenderHardware != options.Hardware);
}
