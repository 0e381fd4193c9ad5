using ParaKit.Guest;

/// <summary>
/// A user program in an address space of its own. Like threads, all processes are made at boot: what happens in a system call allocates
/// frames, never objects.
/// </summary>
internal sealed unsafe class Process
{
    /// <summary>Exit code of a program that was stopped for what it did.</summary>
    public const ulong KilledExitCode = 0xdead;

    /// <summary>Start of the heap, whose pages appear when touched.</summary>
    public const ulong HeapStart = 0x10000000;

    private const int Count = 16;
    private const ulong StackTop = 0x20000000;
    private const ulong StackPages = 4;
    private const ulong ReturnAddressSize = 8;

    private static readonly Process[] s_processes = new Process[Count];

    private readonly Descriptor[] _descriptors = Descriptor.MakeAll();
    private AddressSpace _spare = new();
    private Process _parent;
    private bool _isTaken;

    private Process(ulong id) => Id = id;

    public ulong Id { get; }

    public AddressSpace Space { get; private set; } = new();

    public ulong HeapFaults { get; set; }

    public ulong ExitCode { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>What it asked the kernel for, and what its children did; see <see cref="ProgramTrace"/>.</summary>
    public Digest Calls;

    /// <summary>Its heap when it ended, and those of its children.</summary>
    public Digest Memory;

    public static void Initialize()
    {
        for (int i = 0; i < Count; i++)
        {
            s_processes[i] = new Process((ulong)i + 1);
        }
    }

    /// <summary>Runs a program of the user image to its end. What is returned is valid until the next one runs.</summary>
    [MaySleep]
    public static Process Run(ulong program)
    {
        if (!TryTake(null, out Process process) || !Thread.TryTake(out Thread thread))
        {
            Platform.Fail("no process is free");
            return null;
        }

        ProgramLoader.Load(process.Space, StackTop, StackPages);
        process._descriptors[0].OpenConsole();
        thread.Process = process;
        thread.Frame->InitializeUser(UserImage.BaseAddress, StackTop - ReturnAddressSize, program);
        Scheduler.Start(thread);
        while (!process.HasEnded)
        {
            X86.Hlt();
        }

        X86.Cli();
        ReleaseOrphans();
        X86.Sti();
        return process;
    }

    /// <summary>The descriptor of a number that a program gave, or null.</summary>
    public Descriptor Find(ulong number) => number < (ulong)_descriptors.Length ? _descriptors[number] : null;

    /// <summary>Finds a descriptor that is not open.</summary>
    public bool TryFindClosed(out ulong number)
    {
        for (number = 0; number < (ulong)_descriptors.Length; number++)
        {
            if (!_descriptors[number].IsOpen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes a child that continues where its parent does, but gets 0 from the call.</summary>
    [EventsMasked]
    public ulong Fork(TrapFrame* frame)
    {
        if (!TryTake(this, out Process child))
        {
            return SystemCalls.Failure;
        }

        if (!Thread.TryTake(out Thread thread))
        {
            child._isTaken = false;
            return SystemCalls.Failure;
        }

        child.Space.Begin();
        Space.ShareWith(child.Space);
        child.Space.Adopt();
        for (int i = 0; i < _descriptors.Length; i++)
        {
            child._descriptors[i].CopyFrom(_descriptors[i]);
        }

        *thread.Frame = *frame;
        thread.Frame->Rax = 0;
        thread.Process = child;
        thread.Priority = Scheduler.Current.Priority;
        Scheduler.Add(thread);
        return child.Id;
    }

    /// <summary>Replaces the program by another one, in a new address space; descriptors stay open.</summary>
    [EventsMasked]
    public void Execute(TrapFrame* frame, ulong program)
    {
        ProgramLoader.Load(_spare, StackTop, StackPages);
        AddressSpace old = Space;
        Space = _spare;
        Space.Activate();
        old.Destroy();
        _spare = old;
        frame->InitializeUser(UserImage.BaseAddress, StackTop - ReturnAddressSize, program);
    }

    /// <summary>Takes the exit code of a child that has ended; false with the child still running, or none at all.</summary>
    [EventsMasked]
    public bool TryCollectChild(out ulong exitCode, out bool hasChildren)
    {
        exitCode = SystemCalls.Failure;
        hasChildren = false;
        foreach (Process process in s_processes)
        {
            if (process._isTaken && process._parent == this)
            {
                hasChildren = true;
                if (process.HasEnded)
                {
                    exitCode = process.ExitCode;
                    ProgramTrace.NoteChild(this, process);
                    process.Release();
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Ends the program of the current thread; another thread continues.</summary>
    [EventsMasked]
    public static TrapFrame* EndCurrent(TrapFrame* frame, ulong exitCode)
    {
        Thread thread = Scheduler.Current;
        Process process = thread.Process;
        ProgramTrace.NoteEnd(process, exitCode);
        foreach (Descriptor descriptor in process._descriptors)
        {
            descriptor.Close();
        }

        process.ExitCode = exitCode;
        process.HasEnded = true;
        process.LeaveChildren();
        if (process._parent != null)
        {
            Scheduler.Wake(process._parent);
        }

        thread.State = ThreadState.Ended;
        return Scheduler.SwitchFrom(frame);
    }

    [NoAllocation]
    private static bool TryTake(Process parent, out Process process)
    {
        foreach (Process candidate in s_processes)
        {
            if (!candidate._isTaken)
            {
                candidate._isTaken = true;
                candidate._parent = parent;
                candidate.HasEnded = false;
                candidate.HeapFaults = 0;
                candidate.Calls = default;
                candidate.Memory = default;
                process = candidate;
                return true;
            }
        }

        process = null;
        return false;
    }

    private void LeaveChildren()
    {
        foreach (Process process in s_processes)
        {
            if (process._parent == this)
            {
                process._parent = null;
            }
        }
    }

    /// <summary>Nobody waits for a program without a parent. Its address space is not active, or the caller would not run.</summary>
    private static void ReleaseOrphans()
    {
        foreach (Process process in s_processes)
        {
            if (process._isTaken && process.HasEnded && process._parent == null)
            {
                process.Release();
            }
        }
    }

    private void Release()
    {
        Space.Destroy();
        _parent = null;
        _isTaken = false;
    }
}
