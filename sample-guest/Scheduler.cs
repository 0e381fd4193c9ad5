using ParaKit.Guest;

/// <summary>Round robin over all runnable threads, switched by the timer whether they like it or not.</summary>
internal static unsafe class Scheduler
{
    public static Thread Current { get; private set; }

    public static ulong Switches { get; private set; }

    /// <summary>Turns the running context into the first thread.</summary>
    public static void Initialize()
    {
        Current = new Thread();
        Current.Next = Current;
    }

    /// <summary>Adds a thread; it runs after the next tick.</summary>
    public static void Start(Thread thread)
    {
        X86.Cli();
        thread.Next = Current.Next;
        Current.Next = thread;
        X86.Sti();
    }

    /// <summary>Keeps the current thread's context and picks the next runnable thread. Called with interrupts off.</summary>
    [EventsMasked]
    public static TrapFrame* SwitchFrom(TrapFrame* frame)
    {
        Thread previous = Current;
        previous.Frame = frame;
        RemoveEnded(previous);
        Thread next = previous.Next;
        while (!next.IsRunnable)
        {
            next = next.Next;
        }

        if (next == previous)
        {
            return frame;
        }

        Switches++;
        Current = next;
        Enter(previous, next);
        return next.Frame;
    }

    /// <summary>Ends the current thread: it waits for the tick that takes it off the processor for good.</summary>
    [MaySleep]
    public static void Exit()
    {
        Current.IsRunnable = false;
        while (true)
        {
            X86.Hlt();
        }
    }

    private static void RemoveEnded(Thread thread)
    {
        while (!thread.Next.IsRunnable && thread.Next != thread)
        {
            thread.Next = thread.Next.Next;
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
