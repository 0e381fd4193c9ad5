using System.Runtime;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>A request that carries a checksum of itself.</summary>
internal struct Request
{
    public ulong Id;
    public GrantReference Frame;
    public uint Check;
}

internal struct Response
{
    public ulong Id;
    public int Status;
}

[IoRing(typeof(Request), typeof(Response))]
internal static partial class TestRing;

/// <summary>Both ends of a ring in one kernel; and, on Xen, a connection of the domain with itself, and its grant table.</summary>
internal static unsafe class SplitDriver
{
    private const int Requests = 1000;
    private static readonly byte[] s_memory = new byte[2 * SharedRing.PageBytes];

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        fixed (byte* start = s_memory)
        {
            ulong page = ((ulong)start + SharedRing.PageBytes - 1) & ~(ulong)(SharedRing.PageBytes - 1);
            Exchange(new TestRing.FrontEnd((void*)page), new TestRing.BackEnd((void*)page));
        }

        Connection.Check();
        Platform.Shutdown(0);
    }

    internal static void Report(string what, bool isTrue)
    {
        Console.Write(isTrue ? "PASS " : "FAIL ");
        Console.WriteLine(what);
    }

    private static void Exchange(TestRing.FrontEnd front, TestRing.BackEnd back)
    {
        uint sent = 0;
        uint received = 0;
        uint notifications = 0;
        bool isRight = true;
        while (received < Requests)
        {
            while (sent < Requests && front.TryPutRequest(new Request { Id = sent, Frame = new GrantReference(sent), Check = ~sent }))
            {
                sent++;
            }

            notifications += front.PushRequests() ? 1u : 0u;
            Serve(back);
            while (front.TryTakeResponse(out Response response))
            {
                isRight &= response.Id == received && response.Status == 0;
                received++;
            }

            isRight &= !front.FinalCheckForResponses();
        }

        Report("1000 requests are answered in order", isRight && !front.IsBroken && !back.IsBroken);
        Report("one notification per full ring", notifications == ((Requests + TestRing.SlotCount - 1) / TestRing.SlotCount));
    }

    private static void Serve(TestRing.BackEnd back)
    {
        do
        {
            while (back.TryTakeRequest(out Request request))
            {
                bool isWhole = request.Frame.Number == request.Id && request.Check == ~(uint)request.Id;
                back.TryPutResponse(new Response { Id = request.Id, Status = isWhole ? 0 : -1 });
            }

            back.PushResponses();
        }
        while (back.FinalCheckForRequests());
    }
}

/// <summary>What only a domain has.</summary>
internal static class Connection
{
    [Sensitive("connection", Sensitivity.Platform, Becomes = "event channels and grants", Paravirtual = typeof(XenConnection))]
    internal static void Check()
    {
    }
}

internal static class XenConnection
{
    internal static void Check()
    {
        Errno allocated = EventChannel.AllocateUnbound(DomainIds.Self, out EventChannel far);
        Errno bound = EventChannel.BindInterdomain(DomainIds.Self, far.Port, out EventChannel near);
        SplitDriver.Report("a channel connects the domain with itself", allocated == Errno.None && bound == Errno.None && near.Port != far.Port);
        far.Mask();
        SplitDriver.Report("an event is sent", near.Notify() == Errno.None && far.Unmask() == Errno.None);
        SplitDriver.Report("channels close", near.Close() == Errno.None && far.Close() == Errno.None && near.Notify() != Errno.None);
        if (!GrantTable.TryInitialize())
        {
            Console.WriteLine("no grant table");
            return;
        }

        CheckGrants();
    }

    private static void CheckGrants()
    {
        bool isRight = true;
        for (int round = 0; round < 2000; round++)
        {
            bool isGranted = GrantTable.TryGrantAccess(0, new Pfn(300), round % 2 == 0, out GrantReference grant);
            isRight &= isGranted && GrantTable.TryEndAccess(grant);
        }

        uint count = 0;
        while (GrantTable.TryGrantAccess(0, new Pfn(300), true, out GrantReference grant))
        {
            isRight &= grant.Number >= GrantEntryV1.FirstFree;
            count++;
            Keep(grant);
        }

        SplitDriver.Report("grants are made and ended", isRight);
        SplitDriver.Report("every free entry can be used", count == GrantTable.Count - GrantEntryV1.FirstFree);
    }

    private static GrantReference s_last;

    private static void Keep(GrantReference grant) => s_last = grant;
}
