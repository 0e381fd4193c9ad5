using ParaKit.Hardware;
using ParaKit.Hardware.Devices;

namespace ParaKit.Hypervisor.Network;

/// <summary>An emulated card at a switch. Its packets take no time.</summary>
internal sealed class CardPort : INetworkWire, IPacketSink
{
    private const int Input = 9; // as QEMU's ne2k_isa

    private readonly VirtualSwitch _switch;
    private readonly Machine _machine;

    /// <summary>Adds a card to a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="network">The switch.</param>
    /// <param name="options">What the interface is like.</param>
    public CardPort(Machine machine, VirtualSwitch network, InterfaceOptions options)
    {
        (_machine, _switch) = (machine, network);
        Port = network.Add(options, this);
        Card = new Ne2000(options.Hardware, machine.ConnectInterrupt(Input), this);
        machine.Ports.Map(FirstPort, Ne2000.PortCount, Card);
    }

    /// <summary>First of the card's ports.</summary>
    public const ushort FirstPort = 0x300;

    /// <summary>The card.</summary>
    public Ne2000 Card { get; }

    /// <summary>Its end of the switch.</summary>
    public SwitchPort Port { get; }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (frame.Length >= ParaKit.Network.EthernetFrame.HeaderBytes && Port.Passes(frame, isOut: true))
        {
            _switch.SendAtOnce(Port, Packet.OfHost(frame, _machine.Memory), _machine.Clock.Nanoseconds);
        }
    }

    /// <inheritdoc/>
    public bool TryReceive(Packet packet, ulong now)
    {
        Span<byte> frame = stackalloc byte[packet.Length];
        packet.Gather(frame);
        return Card.TryReceive(frame);
    }
}
