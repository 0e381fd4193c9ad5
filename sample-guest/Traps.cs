using System.Runtime;
using ParaKit.Guest;

/// <summary>Everything that interrupts: exceptions, devices, system calls.</summary>
internal static unsafe class Traps
{
    private const ulong BreakpointVector = 3;
    private const ulong PageFaultVector = 14;

    public static ulong Ticks { get; private set; }

    public static ulong Breakpoints { get; private set; }

    /// <summary>Called by the entry code with interrupts off; the frame returned is the one that continues.</summary>
    [InterruptContext]
    [RuntimeExport("kernel_trap")]
    private static TrapFrame* Handle(TrapFrame* frame) => frame->Vector switch
    {
        TrapFrame.SystemCallVector => SystemCalls.Handle(frame),
        PageFaultVector => PageFault(frame),
        BreakpointVector => Breakpoint(frame),
        >= Interrupts.FirstVector => Device(frame),
        _ => Unexpected(frame),
    };

    private static TrapFrame* Device(TrapFrame* frame)
    {
        bool ticked = false;
        while (Interrupts.TryTake(frame, out int line))
        {
            if (line == Timer.Line)
            {
                Ticks++;
                ticked = true;
            }
        }

        return ticked ? Scheduler.SwitchFrom(frame) : frame;
    }

    private static TrapFrame* PageFault(TrapFrame* frame)
    {
        ulong address = X86.ReadCr2();
        return DemandPaging.TryResolve(address, frame->FromUser) ? frame : Unexpected(frame);
    }

    private static TrapFrame* Breakpoint(TrapFrame* frame)
    {
        Breakpoints++;
        return frame;
    }

    /// <summary>A program that misbehaves ends; a kernel that misbehaves is our mistake.</summary>
    private static TrapFrame* Unexpected(TrapFrame* frame)
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
