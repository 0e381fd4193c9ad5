using ParaKit.Guest;

/// <summary>The kernel's side of system calls. Every argument comes from a program that may be hostile.</summary>
internal static unsafe class SystemCalls
{
    /// <summary>write(descriptor, address, length): returns how many bytes were written.</summary>
    public const ulong Write = 1;

    /// <summary>exit(code): ends the program.</summary>
    public const ulong Exit = 2;

    /// <summary>read(descriptor, address, length): returns how many bytes were read, 0 at the end.</summary>
    public const ulong Read = 3;

    /// <summary>fork(): returns the child's number in the parent and 0 in the child.</summary>
    public const ulong Fork = 4;

    /// <summary>execute(program): goes on as another program.</summary>
    public const ulong Execute = 5;

    /// <summary>wait(): returns the exit code of a child that has ended.</summary>
    public const ulong Wait = 6;

    /// <summary>pipe(): returns the descriptor to read from, and in the upper half the one to write to.</summary>
    public const ulong Pipe = 7;

    /// <summary>open(name, length, create): returns a descriptor.</summary>
    public const ulong Open = 8;

    /// <summary>close(descriptor).</summary>
    public const ulong Close = 9;

    /// <summary>delete(name, length): removes a file.</summary>
    public const ulong Delete = 10;

    /// <summary>sleep(ticks).</summary>
    public const ulong Sleep = 11;

    /// <summary>prioritize(priority): sets the caller's priority.</summary>
    public const ulong Prioritize = 12;

    /// <summary>time(): returns the kernel's time stamp.</summary>
    public const ulong Time = 13;

    /// <summary>map(pages): provides the first pages of the heap, all at once.</summary>
    public const ulong Map = 14;

    /// <summary>unmap(pages): takes the first pages of the heap away.</summary>
    public const ulong Unmap = 15;

    /// <summary>What a failed call returns.</summary>
    public const ulong Failure = ulong.MaxValue;

    [SystemCallEntry]
    public static TrapFrame* Handle(TrapFrame* frame)
    {
        ProgramTrace.NoteCall(frame);
        switch (frame->Rax)
        {
            case Write:
                return StreamCalls.Write(frame);
            case Read:
                return StreamCalls.Read(frame);
            case Exit:
                return Process.EndCurrent(frame, frame->Rdi);
            case Wait:
                return ProcessCalls.Wait(frame);
            case Sleep:
                return ProcessCalls.Sleep(frame);
            default:
                frame->Rax = Answer(frame);
                return frame;
        }
    }

    /// <summary>The calls that never wait.</summary>
    private static ulong Answer(TrapFrame* frame) => frame->Rax switch
    {
        Fork => Scheduler.Current.Process.Fork(frame),
        Execute => ProcessCalls.Execute(frame),
        Prioritize => ProcessCalls.Prioritize(frame->Rdi),
        Pipe => StreamCalls.OpenPipe(),
        Close => StreamCalls.Close(frame->Rdi),
        Open => FileCalls.Open(frame->Rdi, frame->Rsi, frame->Rdx != 0),
        Time => TimeStamp.Now,
        Map => MemoryCalls.Map(frame->Rdi),
        Unmap => MemoryCalls.Unmap(frame->Rdi),
        Delete => FileCalls.Delete(frame->Rdi, frame->Rsi),
        _ => Failure,
    };
}
