/// <summary>Takes the time of faults: the handlers let an instruction fault as often as is asked for, and change nothing until the last.</summary>
internal static class FaultProbe
{
    private static ulong s_asked;
    private static ulong s_remaining;
    private static ulong s_start;

    public static bool IsArmed => s_remaining != 0;

    /// <summary>Time from the first fault to the last, in units of the time stamp.</summary>
    public static ulong Elapsed { get; private set; }

    /// <summary>The next faults count: one more than is asked for, as their distances are.</summary>
    public static void Arm(ulong faults)
    {
        s_asked = faults + 1;
        s_remaining = s_asked;
    }

    /// <summary>Called for each fault; true if its instruction shall fault again.</summary>
    public static bool TryRepeat()
    {
        if (s_remaining == 0)
        {
            return false;
        }

        if (s_remaining == s_asked)
        {
            s_start = TimeStamp.Now;
        }

        s_remaining--;
        if (s_remaining != 0)
        {
            return true;
        }

        Elapsed = TimeStamp.Now - s_start;
        return false;
    }
}
