namespace ParaKit.Hardware.Bus;

/// <summary>The 65536 I/O ports. Ports that nobody claims read as all ones and ignore writes; such accesses are counted.</summary>
public sealed class PortBus
{
    private const int PortCount = 1 << 16;

    private readonly byte[] _owners = new byte[PortCount];
    private readonly List<Mapping> _mappings = [new Mapping(null, 0)];

    private readonly record struct Mapping(IPortDevice? Device, ushort First);

    /// <summary>Accesses that no device claimed.</summary>
    public long Unclaimed { get; private set; }

    /// <summary>Gives <paramref name="count"/> ports from <paramref name="first"/> to a device.</summary>
    /// <exception cref="ArgumentException">A port is taken, or the range leaves the port space.</exception>
    public void Map(ushort first, int count, IPortDevice device)
    {
        if (count <= 0 || first + count > PortCount || _owners.AsSpan(first, count).ContainsAnyExcept((byte)0))
        {
            throw new ArgumentException($"Ports {first:x}+{count} are not free.", nameof(first));
        }

        _owners.AsSpan(first, count).Fill(checked((byte)_mappings.Count));
        _mappings.Add(new Mapping(device, first));
    }

    /// <summary>Reads <paramref name="width"/> (1, 2 or 4) bytes.</summary>
    public uint Read(ushort port, int width)
    {
        Mapping mapping = _mappings[_owners[port]];
        if (mapping.Device is null)
        {
            Unclaimed++;
            return uint.MaxValue >> (32 - (width * 8));
        }

        return mapping.Device.Read(port - mapping.First, width);
    }

    /// <summary>Writes <paramref name="width"/> (1, 2 or 4) bytes.</summary>
    public void Write(ushort port, int width, uint value)
    {
        Mapping mapping = _mappings[_owners[port]];
        if (mapping.Device is null)
        {
            Unclaimed++;
            return;
        }

        mapping.Device.Write(port - mapping.First, width, value);
    }
}
