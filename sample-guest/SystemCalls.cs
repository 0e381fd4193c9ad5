using ParaKit.Guest;

/// <summary>The kernel's side of system calls. Every argument comes from a program that may be hostile.</summary>
internal static unsafe class SystemCalls
{
    /// <summary>write(address, length): text to the console; returns the length or <see cref="Failure"/>.</summary>
    public const ulong Write = 1;

    /// <summary>exit(code): ends the program.</summary>
    public const ulong Exit = 2;

    /// <summary>What a failed call returns.</summary>
    public const ulong Failure = ulong.MaxValue;

    private const ulong MaximumLength = 256;
    private const ulong UserEnd = 0x0000800000000000;

    [SystemCallEntry]
    public static TrapFrame* Handle(TrapFrame* frame)
    {
        switch (frame->Rax)
        {
            case Write:
                frame->Rax = WriteText(frame->Rdi, frame->Rsi);
                return frame;
            case Exit:
                return Process.EndCurrent(frame, frame->Rdi);
            default:
                frame->Rax = Failure;
                return frame;
        }
    }

    private static ulong WriteText(ulong address, ulong length)
    {
        if (length > MaximumLength || address >= UserEnd - length)
        {
            return Failure;
        }

        AddressSpace space = Scheduler.Current.Process.Space;
        for (ulong page = address & ~(PageTable.PageSize - 1); page < address + length; page += PageTable.PageSize)
        {
            if (!space.IsMapped(page))
            {
                return Failure;
            }
        }

        Console.Write((byte*)address, (int)length);
        return length;
    }
}
