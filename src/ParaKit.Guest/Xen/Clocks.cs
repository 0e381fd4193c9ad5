using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The times that a domain has, in nanoseconds. Real time goes on while others have the processor; virtual time does not; the wall clock is an offset to real
/// time, and may be set. Xen public/xen.h, "vcpu_time_info"; public/vcpu.h, "vcpu_runstate_info".
/// </summary>
public static unsafe class Clocks
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Real time: nanoseconds since the machine was started. Never goes back.</summary>
    public static ulong RealTime => ParavirtualX86.Rdtsc();

    /// <summary>Virtual time: nanoseconds for which the first virtual processor has run.</summary>
    public static ulong VirtualTime => Runstates().RunningTime;

    /// <summary>Nanoseconds in which it could have run, and did not: others ran, or it was paused.</summary>
    public static ulong StolenTime
    {
        get
        {
            VcpuRunstateInfo info = Runstates();
            return info.RunnableTime + info.OfflineTime;
        }
    }

    /// <summary>Nanoseconds in which it waited for an event.</summary>
    public static ulong BlockedTime => Runstates().BlockedTime;

    /// <summary>Wall clock: nanoseconds since 1970.</summary>
    public static ulong WallTime
    {
        get
        {
            SharedInfo* shared = Domain.Shared;
            while (true)
            {
                uint version = Volatile.Read(ref shared->WallClockVersion);
                ulong seconds = Volatile.Read(ref shared->WallClockSeconds) | ((ulong)Volatile.Read(ref shared->WallClockSecondsHigh) << 32);
                ulong atBoot = (seconds * NanosecondsPerSecond) + Volatile.Read(ref shared->WallClockNanoseconds);
                if ((version & 1) == 0 && Volatile.Read(ref shared->WallClockVersion) == version)
                {
                    return atBoot + RealTime;
                }
            }
        }
    }

    private static VcpuRunstateInfo Runstates()
    {
        VcpuRunstateInfo info;
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.GetRunstateInfo, 0, &info), "report of run states");
        return info;
    }
}
