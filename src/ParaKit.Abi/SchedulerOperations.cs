using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of sched_op. Xen public/sched.h, "SCHEDOP_*".</summary>
public enum SchedulerOperation : uint
{
    /// <summary>Give up the processor voluntarily.</summary>
    Yield = 0,
    /// <summary>Open the event mask and sleep until an event is pending.</summary>
    Block = 1,
    /// <summary>Stop the domain (<see cref="SchedulerShutdown"/>).</summary>
    Shutdown = 2,
    /// <summary>Sleep until one of some ports is pending or a timeout (<see cref="SchedulerPoll"/>).</summary>
    Poll = 3,
    /// <summary>Declare another domain shut down.</summary>
    RemoteShutdown = 4,
    /// <summary>Latch a shutdown code.</summary>
    ShutdownCode = 5,
    /// <summary>Set, poke or stop a watchdog.</summary>
    Watchdog = 6,
    /// <summary>Override the processor affinity.</summary>
    PinOverride = 7,
}

/// <summary>Reasons of a shutdown. Xen public/sched.h, "SHUTDOWN_*".</summary>
public enum ShutdownReason : uint
{
    /// <summary>Exited normally.</summary>
    PowerOff = 0,
    /// <summary>Wants to be started again.</summary>
    Reboot = 1,
    /// <summary>Wants to be saved.</summary>
    Suspend = 2,
    /// <summary>Has crashed.</summary>
    Crash = 3,
    /// <summary>A watchdog expired.</summary>
    Watchdog = 4,
    /// <summary>Wants its state reset but its memory kept.</summary>
    SoftReset = 5,
}

/// <summary>Argument of shutdown.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SchedulerShutdown
{
    /// <summary>IN: the reason.</summary>
    public ShutdownReason Reason;
}

/// <summary>Argument of poll.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SchedulerPoll
{
    /// <summary>IN: address of an array of ports (uint32).</summary>
    public ulong Ports;
    /// <summary>IN: number of ports, at most 128.</summary>
    public uint PortCount;
    /// <summary>IN: system time at which to give up, in nanoseconds; 0 is never.</summary>
    public ulong Timeout;
}
