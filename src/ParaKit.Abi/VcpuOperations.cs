using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of vcpu_op. Xen public/vcpu.h, "VCPUOP_*".</summary>
public enum VcpuOperation : uint
{
    /// <summary>Initialise a processor from a context.</summary>
    Initialise = 0,
    /// <summary>Bring a processor up.</summary>
    Up = 1,
    /// <summary>Take a processor down.</summary>
    Down = 2,
    /// <summary>Returns 1 if the processor is up.</summary>
    IsUp = 3,
    /// <summary>Report time spent per state (<see cref="VcpuRunstateInfo"/>).</summary>
    GetRunstateInfo = 4,
    /// <summary>Register memory in which the run state is kept up to date.</summary>
    RegisterRunstateMemoryArea = 5,
    /// <summary>Send VIRQ_TIMER periodically (<see cref="VcpuSetPeriodicTimer"/>).</summary>
    SetPeriodicTimer = 6,
    /// <summary>Stop the periodic timer.</summary>
    StopPeriodicTimer = 7,
    /// <summary>Send VIRQ_TIMER once (<see cref="VcpuSetSingleshotTimer"/>).</summary>
    SetSingleshotTimer = 8,
    /// <summary>Stop the single-shot timer.</summary>
    StopSingleshotTimer = 9,
    /// <summary>Move the processor's <see cref="VcpuInfo"/> (<see cref="VcpuRegisterVcpuInfo"/>).</summary>
    RegisterVcpuInfo = 10,
    /// <summary>Send an NMI to the processor.</summary>
    SendNmi = 11,
    /// <summary>Report the physical identifiers.</summary>
    GetPhysid = 12,
    /// <summary>Register memory in which the time is kept up to date.</summary>
    RegisterVcpuTimeMemoryArea = 13,
}

/// <summary>States of a virtual processor. Xen public/vcpu.h, "RUNSTATE_*".</summary>
public enum Runstate
{
    /// <summary>Runs on a physical processor.</summary>
    Running = 0,
    /// <summary>Could run.</summary>
    Runnable = 1,
    /// <summary>Waits for an event.</summary>
    Blocked = 2,
    /// <summary>Neither runnable nor blocked.</summary>
    Offline = 3,
}

/// <summary>Time spent per run state (<c>vcpu_runstate_info</c>), in nanoseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuRunstateInfo
{
    /// <summary>Current state.</summary>
    public Runstate State;
    /// <summary>System time at which it was entered.</summary>
    public ulong StateEntryTime;
    /// <summary>Time spent running.</summary>
    public ulong RunningTime;
    /// <summary>Time spent runnable.</summary>
    public ulong RunnableTime;
    /// <summary>Time spent blocked.</summary>
    public ulong BlockedTime;
    /// <summary>Time spent offline.</summary>
    public ulong OfflineTime;
}

/// <summary>Argument of register_runstate_memory_area.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuRegisterRunstateMemoryArea
{
    /// <summary>IN: virtual address of a <see cref="VcpuRunstateInfo"/>.</summary>
    public ulong Address;
}

/// <summary>Argument of set_periodic_timer.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuSetPeriodicTimer
{
    /// <summary>IN: period in nanoseconds, at least one millisecond.</summary>
    public ulong PeriodNanoseconds;
}

/// <summary>Argument of set_singleshot_timer.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuSetSingleshotTimer
{
    /// <summary>Flag: a timeout in the past is an error (VCPU_SSHOTTMR_future).</summary>
    public const uint Future = 1;

    /// <summary>IN: absolute system time in nanoseconds.</summary>
    public ulong TimeoutNanoseconds;
    /// <summary>IN: <see cref="Future"/> or 0.</summary>
    public uint Flags;
}

/// <summary>Argument of register_vcpu_info.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuRegisterVcpuInfo
{
    /// <summary>IN: machine frame.</summary>
    public ulong Frame;
    /// <summary>IN: offset in the frame in bytes.</summary>
    public uint Offset;
    /// <summary>Unused.</summary>
    public uint Reserved;
}
