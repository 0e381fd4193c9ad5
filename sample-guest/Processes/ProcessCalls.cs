using ParaKit.Guest;

/// <summary>System calls about processes and time.</summary>
internal static unsafe class ProcessCalls
{
    private const ulong LongestSleep = 1000;

    [EventsMasked]
    public static TrapFrame* Wait(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        if (!process.TryCollectChild(out ulong exitCode, out bool hasChildren) && hasChildren)
        {
            return Scheduler.RetryAfter(process, frame);
        }

        frame->Rax = exitCode;
        return frame;
    }

    [EventsMasked]
    public static TrapFrame* Sleep(TrapFrame* frame)
    {
        ulong ticks = frame->Rdi;
        frame->Rax = ticks > LongestSleep ? SystemCalls.Failure : 0;
        return ticks > LongestSleep ? frame : SleepQueue.SleepUntil(Traps.Ticks + ticks, frame);
    }

    [EventsMasked]
    public static ulong Execute(TrapFrame* frame)
    {
        ulong program = frame->Rdi;
        if (program >= UserProgram.Count)
        {
            return SystemCalls.Failure;
        }

        Scheduler.Current.Process.Execute(frame, program);
        return 0;
    }

    public static ulong Prioritize(ulong priority)
    {
        if (priority is < (ulong)Priority.Low or > (ulong)Priority.High)
        {
            return SystemCalls.Failure;
        }

        Scheduler.Current.Priority = (Priority)priority;
        return 0;
    }
}
