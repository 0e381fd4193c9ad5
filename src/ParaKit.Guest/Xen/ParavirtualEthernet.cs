using System;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Ethernet"/>: the first virtual network interface. Pages with packets come in exchange for empty ones.</summary>
public static unsafe class ParavirtualEthernet
{
    private static NetworkDevice s_device;

    /// <summary>Counterpart of <see cref="Ethernet.TryInitialize"/>.</summary>
    public static bool TryInitialize(void* pages, out ulong hardware)
    {
        hardware = 0;
        bool hasGrants = GrantTable.Count != 0 || GrantTable.TryInitialize();
        if (!hasGrants || !NetworkDevice.TryConnect(0, pages, flips: true, out s_device))
        {
            return false;
        }

        hardware = s_device.Hardware;
        return true;
    }

    /// <summary>Counterpart of <see cref="Ethernet.TrySend"/>.</summary>
    public static bool TrySend(ReadOnlySpan<byte> frame) => s_device.TrySend(frame);

    /// <summary>Counterpart of <see cref="Ethernet.Receive"/>.</summary>
    public static byte* Receive(out int length) => s_device.Receive(out length);

    /// <summary>Counterpart of <see cref="Ethernet.EnableInterrupts"/>.</summary>
    public static void EnableInterrupts() => s_device.DeliverAs(Ethernet.Line);

    /// <summary>Counterpart of <see cref="Ethernet.Wait"/>.</summary>
    public static void Wait(ulong until)
    {
        if (!s_device.TryTakeSent())
        {
            s_device.Wait(until == ulong.MaxValue ? 0 : until);
        }
    }
}
