using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of event_channel_op. Xen public/event_channel.h, "EVTCHNOP_*".</summary>
public enum EventChannelOperation : uint
{
    /// <summary>Connect to an unbound port of another domain (<see cref="EventBindInterdomain"/>).</summary>
    BindInterdomain = 0,
    /// <summary>Bind a virtual interrupt (<see cref="EventBindVirq"/>).</summary>
    BindVirq = 1,
    /// <summary>Bind a physical interrupt (<see cref="EventBindPirq"/>).</summary>
    BindPirq = 2,
    /// <summary>Close a port (<see cref="EventClose"/>).</summary>
    Close = 3,
    /// <summary>Send an event to the other end (<see cref="EventSend"/>).</summary>
    Send = 4,
    /// <summary>Report the state of a port (<see cref="EventStatus"/>).</summary>
    Status = 5,
    /// <summary>Allocate a port that another domain may connect to (<see cref="EventAllocUnbound"/>).</summary>
    AllocUnbound = 6,
    /// <summary>Bind a port for interprocessor events (<see cref="EventBindIpi"/>).</summary>
    BindIpi = 7,
    /// <summary>Choose the virtual processor that a port notifies (<see cref="EventBindVcpu"/>).</summary>
    BindVcpu = 8,
    /// <summary>Clear a port's mask bit and report a pending event (<see cref="EventUnmask"/>).</summary>
    Unmask = 9,
    /// <summary>Close all ports (<see cref="EventReset"/>).</summary>
    Reset = 10,
    /// <summary>Set up FIFO delivery.</summary>
    InitControl = 11,
    /// <summary>Enlarge the FIFO event array.</summary>
    ExpandArray = 12,
    /// <summary>Set the FIFO priority of a port.</summary>
    SetPriority = 13,
}

/// <summary>State of a port as reported by status. Xen public/event_channel.h, "EVTCHNSTAT_*".</summary>
public enum EventChannelStatus : uint
{
    /// <summary>Not in use.</summary>
    Closed = 0,
    /// <summary>Waits for another domain to connect.</summary>
    Unbound = 1,
    /// <summary>Connected to a port of a domain.</summary>
    Interdomain = 2,
    /// <summary>Bound to a physical interrupt.</summary>
    Pirq = 3,
    /// <summary>Bound to a virtual interrupt.</summary>
    Virq = 4,
    /// <summary>Bound for interprocessor events.</summary>
    Ipi = 5,
}

/// <summary>Virtual interrupts. Xen public/xen.h, "VIRTUAL INTERRUPTS".</summary>
public enum Virq : uint
{
    /// <summary>Time base update or requested timeout; per processor.</summary>
    Timer = 0,
    /// <summary>Request to dump debug information; per processor.</summary>
    Debug = 1,
    /// <summary>Bytes received on the emergency console; global.</summary>
    Console = 2,
    /// <summary>Exceptional event of some domain; global.</summary>
    DomainException = 3,
    /// <summary>Trace buffer has records; global.</summary>
    TraceBuffer = 4,
    /// <summary>A domain has paused for debugging; global.</summary>
    Debugger = 6,
    /// <summary>Profiler has a sample; per processor.</summary>
    Xenoprof = 7,
    /// <summary>Bytes received on the console ring; global.</summary>
    ConsoleRing = 8,
    /// <summary>A physical processor changed state; global.</summary>
    PhysicalCpuState = 9,
    /// <summary>A memory event has occurred; global.</summary>
    MemoryEvent = 10,
    /// <summary>Argo message; global.</summary>
    Argo = 11,
    /// <summary>Low on memory; global.</summary>
    OutOfMemory = 12,
    /// <summary>Performance counter interrupt; per processor.</summary>
    PerformanceMonitor = 13,
}

/// <summary>Limits of virtual interrupts. Xen public/xen.h, "NR_VIRQS".</summary>
public static class VirqLimits
{
    /// <summary>Number of virtual interrupts (NR_VIRQS).</summary>
    public const uint Count = 24;
}

/// <summary>Argument of alloc_unbound.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventAllocUnbound
{
    /// <summary>IN: domain that gets the port.</summary>
    public ushort Domain;
    /// <summary>IN: domain that may connect to it.</summary>
    public ushort RemoteDomain;
    /// <summary>OUT: the port.</summary>
    public uint Port;
}

/// <summary>Argument of bind_interdomain.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventBindInterdomain
{
    /// <summary>IN: the other domain.</summary>
    public ushort RemoteDomain;
    /// <summary>IN: its unbound port.</summary>
    public uint RemotePort;
    /// <summary>OUT: the caller's port.</summary>
    public uint LocalPort;
}

/// <summary>Argument of bind_virq.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventBindVirq
{
    /// <summary>IN: the virtual interrupt.</summary>
    public Virq Virq;
    /// <summary>IN: the virtual processor.</summary>
    public uint Vcpu;
    /// <summary>OUT: the port.</summary>
    public uint Port;
}

/// <summary>Argument of bind_pirq.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventBindPirq
{
    /// <summary>IN: the physical interrupt.</summary>
    public uint Pirq;
    /// <summary>IN: 1 if it may be shared.</summary>
    public uint Flags;
    /// <summary>OUT: the port.</summary>
    public uint Port;
}

/// <summary>Argument of bind_ipi.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventBindIpi
{
    /// <summary>IN: the virtual processor that is notified.</summary>
    public uint Vcpu;
    /// <summary>OUT: the port.</summary>
    public uint Port;
}

/// <summary>Argument of close.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventClose
{
    /// <summary>IN: the port.</summary>
    public uint Port;
}

/// <summary>Argument of send.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventSend
{
    /// <summary>IN: the caller's port.</summary>
    public uint Port;
}

/// <summary>Argument of unmask.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventUnmask
{
    /// <summary>IN: the port.</summary>
    public uint Port;
}

/// <summary>Argument of bind_vcpu.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventBindVcpu
{
    /// <summary>IN: the port.</summary>
    public uint Port;
    /// <summary>IN: the virtual processor that is notified.</summary>
    public uint Vcpu;
}

/// <summary>Argument of reset.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventReset
{
    /// <summary>IN: domain whose ports are closed.</summary>
    public ushort Domain;
}

/// <summary>Argument of status.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct EventStatus
{
    /// <summary>IN: domain that owns the port.</summary>
    [FieldOffset(0)] public ushort Domain;
    /// <summary>IN: the port.</summary>
    [FieldOffset(4)] public uint Port;
    /// <summary>OUT: its state.</summary>
    [FieldOffset(8)] public EventChannelStatus Status;
    /// <summary>OUT: the virtual processor that it notifies.</summary>
    [FieldOffset(12)] public uint Vcpu;
    /// <summary>OUT, unbound and interdomain: the other domain.</summary>
    [FieldOffset(16)] public ushort RemoteDomain;
    /// <summary>OUT, interdomain: the other domain's port.</summary>
    [FieldOffset(20)] public uint RemotePort;
    /// <summary>OUT, pirq: the physical interrupt.</summary>
    [FieldOffset(16)] public uint Pirq;
    /// <summary>OUT, virq: the virtual interrupt.</summary>
    [FieldOffset(16)] public Virq Virq;
}
