using System;
using System.Runtime;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>Two of these, domains 1 and 2, connect by what one of them writes into the store, and send each other events by turns.</summary>
internal static unsafe class Kernel
{
    private const int Rounds = 1000;
    private const ushort Server = 1;
    private const ushort Client = 2;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        XenStore.TryReadNumber("domid"u8, out ulong own);
        EventChannel channel = own == Server ? Offer() : Connect();
        for (int i = 0; i < Rounds; i++)
        {
            if (own == Server)
            {
                channel.Wait();
            }

            channel.Notify();
            if (own != Server)
            {
                channel.Wait();
            }
        }

        Console.WriteLine(own == Server ? "served" : "asked");
        Console.WriteLine(channel.Close() == Errno.None && channel.Notify() != Errno.None ? "closed" : "not closed");
        Platform.Shutdown(0);
    }

    private static EventChannel Offer()
    {
        EventChannel.AllocateUnbound(Client, out EventChannel channel);
        channel.Mask();
        Require(XenStore.TryWriteNumber("data/port"u8, channel.Port));
        Require(XenStore.TryShare("data/port"u8, Client));

        // The first event is sent by the connection itself.
        channel.Wait();
        return channel;
    }

    private static EventChannel Connect()
    {
        ulong port;
        while (!XenStore.TryReadNumber("/local/domain/1/data/port"u8, out port))
        {
        }

        Require(!XenStore.TryWriteNumber("/local/domain/1/data/port"u8, 0));
        Require(EventChannel.BindInterdomain(Server, (uint)port + 1, out _) != Errno.None);
        Require(EventChannel.BindInterdomain(7, (uint)port, out _) == Errno.ESRCH);
        Require(EventChannel.BindInterdomain(Server, (uint)port, out EventChannel channel) == Errno.None);
        channel.Mask();
        channel.Wait();
        channel.Notify();
        return channel;
    }

    private static void Require(bool isTrue)
    {
        if (!isTrue)
        {
            Platform.Fail("something is not as it should be");
        }
    }
}
