using ParaKit.Guest;

/// <summary>A kernel context with its own stack, and the user program that it runs, if any.</summary>
internal sealed unsafe class Thread
{
    private const ulong StackPages = 4;
    private const ulong ReturnAddressSize = 8;

    public Thread Next;
    public bool IsRunnable = true;

    /// <summary>Where it continues; valid while it does not run.</summary>
    public TrapFrame* Frame;

    public Process Process;

    /// <summary>The context that is running already: the boot stack becomes a thread.</summary>
    public Thread()
    {
    }

    private Thread(ulong stackTop)
    {
        StackTop = stackTop;
        Frame = (TrapFrame*)(stackTop - (ulong)sizeof(TrapFrame));
    }

    /// <summary>One past the stack's end; 0 for the boot stack.</summary>
    public ulong StackTop { get; }

    /// <summary>Makes a thread that starts in the kernel at <paramref name="entry"/>.</summary>
    public static Thread Create(delegate*<ulong, void> entry, ulong argument)
    {
        Thread thread = WithStack();

        // Below the initial frame, so that the frame is not overwritten before it is left.
        ulong stack = (ulong)thread.Frame & ~15UL;
        thread.Frame->InitializeKernel((ulong)entry, stack - ReturnAddressSize, argument);
        return thread;
    }

    /// <summary>Makes a thread that starts in user mode.</summary>
    public static Thread CreateUser(Process process, ulong entry, ulong stackTop, ulong argument)
    {
        Thread thread = WithStack();
        thread.Process = process;
        thread.Frame->InitializeUser(entry, stackTop - ReturnAddressSize, argument);
        return thread;
    }

    private static Thread WithStack()
    {
        ulong stack = PageTable.ToVirtual(Frames.AllocateContiguous(StackPages));
        return new Thread(stack + (StackPages * PageTable.PageSize));
    }
}
