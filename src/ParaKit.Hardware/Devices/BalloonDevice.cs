using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>What the hypervisor does with a balloon.</summary>
public interface IBalloonHost
{
    /// <summary>Pages that the hypervisor wants in the balloon.</summary>
    uint Target { get; }

    /// <summary>Pages that are in it.</summary>
    uint Size { get; }

    /// <summary>The driver gives a page up, by its guest-physical number; false if it is no page that can be given up.</summary>
    bool TryInflate(uint page);

    /// <summary>The driver takes a page back; false if it had not given it up.</summary>
    bool TryDeflate(uint page);
}

/// <summary>
/// The private channel between a hypervisor and a guest's balloon driver: a pseudo-device that is no real chip. All registers have 32 bits; without the device they
/// read all ones. Waldspurger, "Memory Resource Management in VMware ESX Server" (2002), section 3.2, "Ballooning".
/// </summary>
/// <param name="host">The hypervisor's end.</param>
public sealed class BalloonDevice(IBalloonHost host) : IPortDevice
{
    /// <summary>First of its ports.</summary>
    public const ushort FirstPort = 0x5f0;

    /// <summary>Ports that it has.</summary>
    public const int PortCount = 12;

    private const int Target = 0;
    private const int Size = 4;
    private const int Result = 8;
    private const int Inflate = 4;
    private const int Deflate = 8;

    private bool _isAccepted;

    /// <summary>Whether a driver has asked for the target.</summary>
    public bool HasDriver { get; private set; }

    /// <inheritdoc/>
    public uint Read(int offset, int width)
    {
        HasDriver = true;
        return offset switch
        {
            Target => host.Target,
            Size => host.Size,
            Result => _isAccepted ? 1u : 0,
            _ => uint.MaxValue,
        };
    }

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        if (offset == Inflate)
        {
            _isAccepted = host.TryInflate(value);
        }
        else if (offset == Deflate)
        {
            _isAccepted = host.TryDeflate(value);
        }
    }
}
