using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Processors"/>: virtual processors, each with an event channel to notify it by.</summary>
public static unsafe class ParavirtualProcessors
{
    private static readonly uint[] s_ports = new uint[Processors.Most];
    private static int s_count;

    /// <summary>Counterpart of <see cref="Processors.Find"/>.</summary>
    public static int Find() => Initialize();

    /// <summary>Counterpart of <see cref="Processors.Initialize"/>.</summary>
    public static int Initialize()
    {
        while (s_count < Processors.Most && Hypercall.VcpuOp(VcpuOperation.IsUp, (uint)s_count, null) >= 0)
        {
            if (EventChannel.BindInterprocessor((uint)s_count, out EventChannel channel) != Errno.None)
            {
                Platform.Fail("a processor has no event channel");
            }

            channel.Mask();
            s_ports[s_count++] = channel.Port;
        }

        return s_count;
    }

    /// <summary>Counterpart of <see cref="Processors.TryStart"/>.</summary>
    public static bool TryStart(int number, delegate*<ulong, void> entry, ulong argument, void* stackTop) =>
        number > 0 && number < s_count && VirtualProcessor.Start((uint)number, entry, argument, stackTop) == Errno.None;

    /// <summary>Counterpart of <see cref="Processors.Stop"/>.</summary>
    public static void Stop(int number) => VirtualProcessor.Stop((uint)number);

    /// <summary>Counterpart of <see cref="Processors.IsUp"/>.</summary>
    public static bool IsUp(int number) => number >= 0 && VirtualProcessor.IsUp((uint)number);

    /// <summary>Counterpart of <see cref="Processors.Wait"/>.</summary>
    [MaySleep]
    public static void Wait(int number) => new EventChannel(s_ports[number]).Wait();

    /// <summary>Counterpart of <see cref="Processors.Notify"/>.</summary>
    public static void Notify(int number) => new EventChannel(s_ports[number]).Notify();

    /// <summary>Counterpart of <see cref="Processors.FlushTranslations"/>.</summary>
    public static void FlushTranslations(int number)
    {
        var operation = new MmuExtendedOperation { Command = MmuExtendedCommand.TlbFlushAll };
        Hypercall.Require(Hypercall.MmuExtendedOp(&operation, 1, null, DomainIds.Self), "flush of all translations");
    }

    /// <summary>Counterpart of <see cref="Processors.Relax"/>.</summary>
    public static void Relax() => Hypercall.SchedulerOp(SchedulerOperation.Yield, null);
}
