using ParaKit.Guest;

/// <summary>Everything that interrupts. From the attributes the generator writes the dispatcher, for every technique.</summary>
internal static unsafe class Traps
{
    private const int DivideErrorVector = 0;
    private const int BreakpointVector = 3;
    private const int PageFaultVector = 14;

    public static ulong Ticks { get; private set; }

    public static ulong Breakpoints { get; private set; }

    /// <summary>The frame that a handler returns is the one that continues: here, another thread's.</summary>
    [EventHandler(Timer.Line)]
    internal static TrapFrame* Tick(TrapFrame* frame)
    {
        Ticks++;
        SleepQueue.Advance(Ticks);
        return Scheduler.SwitchFrom(frame);
    }

    [TrapHandler(PageFaultVector)]
    internal static TrapFrame* PageFault(TrapFrame* frame)
    {
        if (FaultProbe.TryRepeat())
        {
            return frame;
        }

        ulong address = X86.ReadCr2();
        return DemandPaging.TryResolve(address, frame->FromUser) ? frame : Unexpected(frame);
    }

    [TrapHandler(DivideErrorVector)]
    internal static TrapFrame* DivideError(TrapFrame* frame)
    {
        if (!FaultProbe.IsArmed)
        {
            return Unexpected(frame);
        }

        if (!FaultProbe.TryRepeat())
        {
            frame->Rip += ProcessorBenchmarks.LengthOfDivision((byte*)frame->Rip);
        }

        return frame;
    }

    [TrapHandler(BreakpointVector, FromUser = true)]
    internal static void Breakpoint(TrapFrame* frame) => Breakpoints++;

    /// <summary>A program that misbehaves ends; a kernel that misbehaves is our mistake.</summary>
    [TrapHandler]
    internal static TrapFrame* Unexpected(TrapFrame* frame)
    {
        Describe(frame);
        if (frame->FromUser)
        {
            return Process.EndCurrent(frame, Process.KilledExitCode);
        }

        Platform.Fail("unexpected exception in the kernel");
        return frame;
    }

    private static void Describe(TrapFrame* frame)
    {
        Console.Write(frame->FromUser ? "program ended: exception " : "exception ");
        Console.WriteDecimal(frame->Vector);
        Console.Write(", error code ");
        Console.WriteHex(frame->ErrorCode, 4);
        Console.Write(", address ");
        Console.WriteHex(X86.ReadCr2());
        Console.Write(", at ");
        Console.WriteHex(frame->Rip);
        Console.Write("\n");
    }
}
