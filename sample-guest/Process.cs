using ParaKit.Guest;

/// <summary>A user program in an address space of its own.</summary>
internal sealed unsafe class Process
{
    /// <summary>Exit code of a program that was stopped for what it did.</summary>
    public const ulong KilledExitCode = 0xdead;

    /// <summary>Start of the heap, whose pages appear when touched.</summary>
    public const ulong HeapStart = 0x10000000;

    private const ulong StackTop = 0x20000000;
    private const ulong StackPages = 4;

    private Process() => Space = AddressSpace.CreateForUser();

    public AddressSpace Space { get; }

    public ulong HeapFaults { get; set; }

    public ulong ExitCode { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Runs the user program in the kernel image to its end.</summary>
    [MaySleep]
    public static Process Run(ulong argument)
    {
        var process = new Process();
        process.MapImage();
        process.MapStack();
        process.Space.Adopt();
        Scheduler.Start(Thread.CreateUser(process, UserImage.BaseAddress, StackTop, argument));
        while (!process.HasEnded)
        {
            X86.Hlt();
        }

        X86.Cli();
        process.Space.Destroy();
        X86.Sti();
        return process;
    }

    /// <summary>Ends the program of the current thread; another thread continues.</summary>
    [EventsMasked]
    public static TrapFrame* EndCurrent(TrapFrame* frame, ulong exitCode)
    {
        Thread thread = Scheduler.Current;
        thread.Process.ExitCode = exitCode;
        thread.Process.HasEnded = true;
        thread.IsRunnable = false;
        return Scheduler.SwitchFrom(frame);
    }

    private void MapImage()
    {
        for (ulong offset = 0; offset < UserImage.Size; offset += PageTable.PageSize)
        {
            ulong frame = Frames.Allocate();
            Copy(UserImage.Start + offset, (byte*)PageTable.ToVirtual(frame));
            ulong flags = offset < UserImage.DataOffset ? PageTable.User : PageTable.User | PageTable.Writable | PageTable.NoExecute;
            Space.Map(UserImage.BaseAddress + offset, frame, flags);
        }
    }

    private void MapStack()
    {
        for (ulong i = 1; i <= StackPages; i++)
        {
            Space.Map(StackTop - (i * PageTable.PageSize), Frames.Allocate(), PageTable.User | PageTable.Writable | PageTable.NoExecute);
        }
    }

    private static void Copy(byte* source, byte* destination)
    {
        for (ulong i = 0; i < PageTable.PageSize; i += sizeof(ulong))
        {
            *(ulong*)(destination + i) = *(ulong*)(source + i);
        }
    }
}
