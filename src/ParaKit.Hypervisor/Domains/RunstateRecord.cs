using ParaKit.Abi;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// How long a virtual processor ran, could have run, was blocked, and was offline: to the nanosecond, their sum is system time. Xen public/vcpu.h,
/// "vcpu_runstate_info".
/// </summary>
/// <param name="memory">The guest's memory.</param>
internal sealed class RunstateRecord(GuestMemory memory)
{
    private VcpuRunstateInfo _info = new() { State = Runstate.Offline };
    private ulong? _area;

    /// <summary>Present state.</summary>
    public Runstate State => _info.State;

    /// <summary>For how long it could have run; 0 if it does, or could not.</summary>
    public ulong WaitedUntil(ulong now) => State == Runstate.Runnable && now > _info.StateEntryTime ? now - _info.StateEntryTime : 0;

    /// <summary>Begins a state; of no effect in it. When the guest begins to run, its memory area is brought up to date; one that cannot be written is left as it is, as by Xen.</summary>
    public void Enter(Runstate state, ulong now)
    {
        if (state == _info.State)
        {
            return;
        }

        _info = Capture(now);
        (_info.State, _info.StateEntryTime) = (state, now);
        if (state == Runstate.Running && _area is { } area)
        {
            memory.TryWrite(area, in _info);
        }
    }

    /// <summary>The times until now; the entry time is that of the present state, as in Xen.</summary>
    public VcpuRunstateInfo Capture(ulong now)
    {
        var (info, passed) = (_info, now - _info.StateEntryTime);
        switch (info.State)
        {
            case Runstate.Running:
                info.RunningTime += passed;
                break;
            case Runstate.Runnable:
                info.RunnableTime += passed;
                break;
            case Runstate.Blocked:
                info.BlockedTime += passed;
                break;
            default:
                info.OfflineTime += passed;
                break;
        }

        return info;
    }

    /// <summary>Keeps a copy in the guest's memory, in which the present state counts from its entry time on.</summary>
    /// <param name="address">Virtual address.</param>
    /// <returns>False, and no copy is kept, if it cannot be written.</returns>
    public bool TryRegister(ulong address)
    {
        if (!memory.TryWrite(address, in _info))
        {
            return false;
        }

        _area = address;
        return true;
    }
}
