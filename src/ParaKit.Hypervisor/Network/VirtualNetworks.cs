using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;

namespace ParaKit.Hypervisor.Network;

/// <summary>The switches of a machine, by name; each has an end of the host.</summary>
/// <param name="memory">The machine's memory.</param>
/// <param name="isImmediate">Whether packets take no time: for emulated devices.</param>
internal sealed class VirtualNetworks(PhysicalMemory memory, bool isImmediate = false) : IDisposable
{
    private readonly SortedDictionary<string, (VirtualSwitch Switch, HostEnd Host)> _switches = new(StringComparer.Ordinal);

    /// <summary>Takes all packets of all switches; null for nobody.</summary>
    public PcapFile? Capture { get; set; }

    /// <summary>What has to be served for the sake of a switch.</summary>
    public IReadOnlyList<IBackend> BackendsOf(string name) => [_switches[name].Switch, _switches[name].Host];

    /// <summary>The host's end of the switch at which an address is; null if it is nowhere.</summary>
    public HostEnd? HostFor(uint address) => _switches.Values.FirstOrDefault(s => s.Switch.Has(address)).Host;

    /// <inheritdoc/>
    public void Dispose() => _switches.Values.SelectMany(s => s.Host.Forwards).ToList().ForEach(forward => forward.Dispose());

    /// <summary>The switch of a name, a new one if there is none.</summary>
    public VirtualSwitch Switch(string name)
    {
        if (!_switches.TryGetValue(name, out var found))
        {
            var made = new VirtualSwitch(name) { Capture = (packet, now) => Capture?.Write(packet, now) };
            _switches.Add(name, found = (made, new HostEnd(made, memory, isImmediate)));
        }

        return found.Switch;
    }
}
