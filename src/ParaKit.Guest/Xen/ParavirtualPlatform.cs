using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Platform"/>: boot and power on Xen.</summary>
public static unsafe class ParavirtualPlatform
{
    // The initial mapping ends at a multiple of 4 MiB and leaves at least 512 KiB behind the boot stack.
    private const ulong InitialMappingAlignment = 4UL << 20;
    private const ulong InitialMappingPadding = 512UL << 10;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_event_entry")]
    private static extern void EventEntry();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_failsafe_entry")]
    private static extern void FailsafeEntry();

    /// <summary>Counterpart of <see cref="Platform.Initialize"/>.</summary>
    public static void Initialize(ulong bootInformation)
    {
        var start = (StartInfo*)bootInformation;
        Platform.InitializeRuntime();
        Domain.Initialize(start);
        RegisterCallback(CallbackType.Event, (ulong)(delegate*<void>)&EventEntry);
        RegisterCallback(CallbackType.Failsafe, (ulong)(delegate*<void>)&FailsafeEntry);
        FrameUses.Initialize(start->PageTableBase - PageTable.KernelBase, start->PageTableFrameCount);
        ParavirtualX86.SetBootTable(start->PageTableBase);
        Platform.SetBootInformation(Read(start));
    }

    /// <summary>Counterpart of <see cref="Platform.Shutdown"/>.</summary>
    public static void Shutdown(int exitCode)
    {
        var shutdown = new SchedulerShutdown { Reason = (ShutdownReason)exitCode };
        while (true)
        {
            Hypercall.SchedulerOp(SchedulerOperation.Shutdown, &shutdown);
        }
    }

    internal static void RegisterCallback(CallbackType type, ulong address)
    {
        var register = new CallbackRegister { Type = type, Flags = CallbackRegister.MaskEvents, Address = address };
        Hypercall.Require(Hypercall.CallbackOp(CallbackOperation.Register, &register), "registration of a callback");
    }

    private static BootInformation Read(StartInfo* start)
    {
        // The page after the bootstrap page tables is the boot stack; what follows is free.
        ulong free = start->PageTableBase + ((start->PageTableFrameCount + 1) * PageTable.PageSize) - PageTable.KernelBase;
        var boot = new BootInformation
        {
            MemoryBytes = start->PageCount * PageTable.PageSize,
            FirstFreeAddress = free,
            MappedBytes = (free + InitialMappingPadding + InitialMappingAlignment - 1) & ~(InitialMappingAlignment - 1),
        };
        boot.SetCommandLine(start->CommandLine, StartInfo.CommandLineLength);
        return boot;
    }
}
