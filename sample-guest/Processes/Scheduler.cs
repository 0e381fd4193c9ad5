using ParaKit.Guest;

/// <summary>
/// Round robin among the runnable threads of the highest priority, switched by the timer whether they like it or not. A thread that has
/// to wait names what it waits for, and becomes runnable when somebody wakes that.
/// </summary>
internal static unsafe class Scheduler
{
    private const ulong SystemCallLength = 2;

    public static Thread Current { get; private set; }

    public static ulong Switches { get; private set; }

    /// <summary>Turns the running context into the first thread.</summary>
    public static void Initialize()
    {
        Current = Thread.Boot();
        Current.Next = Current;
    }

    /// <summary>Adds a thread; it runs after the next tick.</summary>
    public static void Start(Thread thread)
    {
        X86.Cli();
        Add(thread);
        X86.Sti();
    }

    /// <summary>Adds a thread. Called with interrupts off.</summary>
    [EventsMasked]
    public static void Add(Thread thread)
    {
        thread.Next = Current.Next;
        Current.Next = thread;
    }

    /// <summary>Keeps the current thread's context and picks the next one. Called with interrupts off.</summary>
    [EventsMasked]
    public static TrapFrame* SwitchFrom(TrapFrame* frame)
    {
        Thread previous = Current;
        previous.Frame = frame;
        Thread next = PickAfter(previous);
        if (next == previous)
        {
            return frame;
        }

        Switches++;
        Current = next;
        Enter(previous, next);
        return next.Frame;
    }

    /// <summary>Lets the current thread wait; another one continues.</summary>
    [EventsMasked]
    public static TrapFrame* WaitFor(object what, TrapFrame* frame)
    {
        Current.State = ThreadState.Waiting;
        Current.WaitsFor = what;
        return SwitchFrom(frame);
    }

    /// <summary>Lets the current thread wait, and make its system call again when it is woken: what it needs may be there then.</summary>
    [EventsMasked]
    public static TrapFrame* RetryAfter(object what, TrapFrame* frame)
    {
        frame->Rip -= SystemCallLength;
        return WaitFor(what, frame);
    }

    /// <summary>Makes every thread runnable that waits for <paramref name="what"/>.</summary>
    [EventsMasked]
    public static void Wake(object what)
    {
        for (Thread thread = Current.Next; thread != Current; thread = thread.Next)
        {
            if (thread.State == ThreadState.Waiting && thread.WaitsFor == what)
            {
                thread.State = ThreadState.Runnable;
                thread.WaitsFor = null;
            }
        }
    }

    /// <summary>Ends the current thread: it waits for the tick that takes it off the processor for good.</summary>
    [MaySleep]
    public static void Exit()
    {
        Current.State = ThreadState.Ended;
        while (true)
        {
            X86.Hlt();
        }
    }

    /// <summary>The boot thread is always runnable, so there is always one. Ended threads leave the ring on the way.</summary>
    private static Thread PickAfter(Thread previous)
    {
        Thread best = null;
        Thread before = previous;
        while (true)
        {
            Thread candidate = before.Next;
            if (candidate.State == ThreadState.Ended && candidate != previous)
            {
                before.Next = candidate.Next;
                candidate.State = ThreadState.Free;
                continue;
            }

            if (candidate.State == ThreadState.Runnable && (best == null || candidate.Priority > best.Priority))
            {
                best = candidate;
            }

            if (candidate == previous)
            {
                return best;
            }

            before = candidate;
        }
    }

    private static void Enter(Thread previous, Thread next)
    {
        if (next.StackTop != 0)
        {
            DescriptorTables.SetKernelStack(next.StackTop);
        }

        AddressSpace space = SpaceOf(next);
        if (space != SpaceOf(previous))
        {
            space.Activate();
        }
    }

    private static AddressSpace SpaceOf(Thread thread) => thread.Process == null ? AddressSpace.Kernel : thread.Process.Space;
}
