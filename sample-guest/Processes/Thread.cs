using ParaKit.Guest;

/// <summary>
/// A kernel context with its own stack, and the process that it runs, if any. All threads and their stacks are made at boot, because a
/// handler that starts one must not allocate.
/// </summary>
internal sealed unsafe class Thread
{
    private const int Count = 16;
    private const ulong StackPages = 4;
    private const ulong ReturnAddressSize = 8;

    private static readonly Thread[] s_threads = new Thread[Count];

    /// <summary>The next one in the scheduler's ring.</summary>
    public Thread Next;

    /// <summary>The next one that sleeps longer.</summary>
    public Thread NextSleeper;

    /// <summary>Where it continues; valid while it does not run.</summary>
    public TrapFrame* Frame;

    /// <summary>One past the stack's end; 0 for the boot stack.</summary>
    private Thread(ulong stackTop) => StackTop = stackTop;

    public ThreadState State { get; set; }

    public Priority Priority { get; set; }

    public Process Process { get; set; }

    /// <summary>What it waits for: anything that somebody may wake.</summary>
    public object WaitsFor { get; set; }

    /// <summary>The tick until which it sleeps.</summary>
    public ulong WakeTick { get; set; }

    public ulong StackTop { get; }

    /// <summary>The context that is running already: the boot stack becomes a thread.</summary>
    public static Thread Boot() => new(0) { State = ThreadState.Runnable, Priority = Priority.Idle };

    public static void Initialize()
    {
        for (int i = 0; i < Count; i++)
        {
            ulong stack = PageTable.ToVirtual(Frames.AllocateContiguous(StackPages));
            s_threads[i] = new Thread(stack + (StackPages * PageTable.PageSize));
        }
    }

    /// <summary>Makes a thread that starts in the kernel at <paramref name="entry"/>.</summary>
    public static Thread Create(delegate*<ulong, void> entry, ulong argument)
    {
        if (!TryTake(out Thread thread))
        {
            Platform.Fail("no thread is free");
        }

        // Below the initial frame, so that the frame is not overwritten before it is left.
        ulong stack = (ulong)thread.Frame & ~15UL;
        thread.Frame->InitializeKernel((ulong)entry, stack - ReturnAddressSize, argument);
        return thread;
    }

    /// <summary>Takes a free thread; its frame, at the stack's top, is the caller's to fill.</summary>
    [NoAllocation]
    public static bool TryTake(out Thread thread)
    {
        foreach (Thread candidate in s_threads)
        {
            if (candidate.State == ThreadState.Free)
            {
                candidate.State = ThreadState.Runnable;
                candidate.Priority = Priority.Normal;
                candidate.Process = null;
                candidate.Frame = (TrapFrame*)(candidate.StackTop - (ulong)sizeof(TrapFrame));
                thread = candidate;
                return true;
            }
        }

        thread = null;
        return false;
    }
}
