using ParaKit.Abi;
using ParaKit.Generated;
using ParaKit.Guest;
using ParaKit.Network;

/// <summary>Handlers that are declared: of the interface's interrupt, and on Xen of a virtual interrupt. The kernel halts until they ran.</summary>
internal static unsafe partial class Events
{
    private const int Pings = 4;
    private const int Ticks = 3;
    private const int TickLine = 5;
    private const int VcpuOp = 24;
    private const ulong TickNanoseconds = 100_000;

    private static int s_arrivals;
    private static int s_ticks;

    [EventHandler(Ethernet.Line)]
    internal static void Arrive() => s_arrivals++;

    [EventHandler(TickLine, Virq = Virq.Timer)]
    internal static void Tick(TrapFrame* frame, int line) => s_ticks += line == TickLine ? 1 : 0;

    /// <summary>Gets answers from the host without ever asking whether they have come.</summary>
    public static void Ping(EthernetLink link)
    {
        KernelEntries.Load();
        Interrupts.Initialize();
        Ethernet.EnableInterrupts();
        byte* data = stackalloc byte[56];
        for (int i = 0; i < Pings; i++)
        {
            uint before = link.Stack.EchoReplies;
            link.Stack.SendEcho(NetworkAddress.Host, 1, (ushort)i, new System.ReadOnlySpan<byte>(data, 56), EthernetLink.Now);
            while (link.Stack.EchoReplies == before)
            {
                Halt();
                link.Serve();
            }
        }

        Kernel.Report("interrupts told of each answer", s_arrivals >= Pings);
    }

    /// <summary>Xen's timer arrives as an interrupt of its own.</summary>
    public static void AwaitTicks()
    {
        KernelEntries.Load();
        while (s_ticks < Ticks)
        {
            var timer = new VcpuSetSingleshotTimer { TimeoutNanoseconds = EthernetLink.Now + TickNanoseconds };
            Arm(VcpuOperation.SetSingleshotTimer, 0, in timer);
            Halt();
        }

        Kernel.Report("the virtual interrupt arrives at its line", s_arrivals == 0);
    }

    [Hypercall(VcpuOp, Native = nameof(CannotArm))]
    private static partial long Arm(VcpuOperation operation, uint vcpu, in VcpuSetSingleshotTimer timer);

    private static long CannotArm(VcpuOperation operation, uint vcpu, in VcpuSetSingleshotTimer timer) => -(long)Errno.ENOSYS;

    // What has come since the kernel looked wakes, too.
    [EventsMasked]
    private static void Halt()
    {
        X86.StiHlt();
        X86.Cli();
    }
}
