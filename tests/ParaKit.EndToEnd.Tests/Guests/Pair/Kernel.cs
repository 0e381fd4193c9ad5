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

    private static ulong* s_page;

    private static GrantReference s_grant;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        XenStore.TryReadNumber("domid"u8, out ulong own);
        s_page = (ulong*)(PageTable.KernelBase + ((Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1)));
        Require(GrantTable.TryInitialize());
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

        Require(own != Server || GrantTable.TryEndAccess(s_grant));
        Console.WriteLine(own == Server ? "served" : "asked");
        Console.WriteLine(channel.Close() == Errno.None && channel.Notify() != Errno.None ? "closed" : "not closed");
        Platform.Shutdown(0);
    }

    private static EventChannel Offer()
    {
        EventChannel.AllocateUnbound(Client, out EventChannel channel);
        channel.Mask();
        for (ulong i = 0; i < 512; i++)
        {
            s_page[i] = i * i;
        }

        Require(GrantTable.TryGrantAccess(Client, Pfn.Containing((ulong)s_page - PageTable.KernelBase), isReadOnly: true, out s_grant));
        Require(XenStore.TryWriteNumber("data/grant"u8, s_grant.Number));
        Require(XenStore.TryShare("data/grant"u8, Client));
        Require(XenStore.TryWriteNumber("data/port"u8, channel.Port));
        Require(XenStore.TryShare("data/port"u8, Client));

        // The first event is sent by the connection itself.
        channel.Wait();
        channel.Notify();
        return channel;
    }

    private static EventChannel Connect()
    {
        ulong port;
        while (!XenStore.TryReadNumber("/local/domain/1/data/port"u8, out port))
        {
        }

        Copy();
        Map();
        Require(!XenStore.TryWriteNumber("/local/domain/1/data/port"u8, 0));
        Require(EventChannel.BindInterdomain(Server, (uint)port + 1, out _) != Errno.None);
        Require(EventChannel.BindInterdomain(7, (uint)port, out _) == Errno.ESRCH);
        Require(EventChannel.BindInterdomain(Server, (uint)port, out EventChannel channel) == Errno.None);
        channel.Mask();
        channel.Wait();
        channel.Notify();
        channel.Wait(); // for the answer: two events before the server runs would be one
        return channel;
    }

    /// <summary>What the server grants is read, and nothing else.</summary>
    private static void Copy()
    {
        Require(XenStore.TryReadNumber("/local/domain/1/data/grant"u8, out ulong number));
        var grant = new GrantReference((uint)number);
        Require(GrantTable.CopyFrom(Server, grant, 800, s_page, 160) == GrantStatus.Okay);
        for (ulong i = 0; i < 20; i++)
        {
            Require(s_page[i] == (100 + i) * (100 + i));
        }

        Require(s_page[20] == 0);
        Require(GrantTable.CopyTo(Server, grant, 0, s_page, 8) == GrantStatus.BadGrantReference);
        Require(GrantTable.CopyFrom(Server, grant, 4090, s_page, 8) == GrantStatus.BadCopyArgument);
        Require(GrantTable.CopyFrom(Server, new GrantReference(grant.Number + 1), 0, s_page, 8) == GrantStatus.BadGrantReference);
        Require(GrantTable.CopyFrom(9, grant, 0, s_page, 8) == GrantStatus.BadDomain);
        Require(GrantTable.CopyFrom(Client, grant, 0, s_page, 8) == GrantStatus.BadGrantReference);
    }

    /// <summary>What the server grants is seen where a page of ours was, and cannot be written.</summary>
    private static void Map()
    {
        Require(XenStore.TryReadNumber("/local/domain/1/data/grant"u8, out ulong number));
        var grant = new GrantReference((uint)number);
        s_page[5] = 77;
        Require(GrantTable.Map(Server, grant, s_page, isReadOnly: false, out _) == GrantStatus.BadGrantReference);
        Require(GrantTable.Map(9, grant, s_page, isReadOnly: true, out _) == GrantStatus.BadDomain);
        Require(GrantTable.Map(Server, grant, (byte*)s_page + 8, isReadOnly: true, out _) == GrantStatus.BadVirtualAddress);
        Require(GrantTable.Map(Server, grant, s_page, isReadOnly: true, out uint handle) == GrantStatus.Okay);
        for (ulong i = 0; i < 512; i++)
        {
            Require(s_page[i] == i * i);
        }

        Require(GrantTable.Unmap(s_page, handle + 1) == GrantStatus.BadHandle);
        Require(GrantTable.Unmap(s_page + 512, handle) == GrantStatus.GeneralError);
        Require(GrantTable.Unmap(s_page, handle) == GrantStatus.Okay);
        Require(GrantTable.Unmap(s_page, handle) == GrantStatus.BadHandle);
        Require(s_page[5] == 77);
    }

    private static void Require(bool isTrue)
    {
        if (!isTrue)
        {
            Platform.Fail("something is not as it should be");
        }
    }
}
