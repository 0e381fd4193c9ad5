using ParaKit.Guest;

/// <summary>
/// System calls that move bytes. They go through a buffer of the kernel: what a program does to its memory meanwhile, or has done to its
/// page tables, cannot matter.
/// </summary>
internal static unsafe class StreamCalls
{
    private const ulong BufferSize = 256;

    [EventsMasked]
    public static TrapFrame* Read(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        Descriptor descriptor = process.Find(frame->Rdi);
        if (descriptor?.PipeToRead is { IsEmpty: true, Writers: > 0 } pipe)
        {
            return Scheduler.RetryAfter(pipe, frame);
        }

        frame->Rax = ReadNow(process, descriptor, frame->Rsi, Limit(frame->Rdx));
        return frame;
    }

    [EventsMasked]
    public static TrapFrame* Write(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        Descriptor descriptor = process.Find(frame->Rdi);
        if (descriptor?.PipeToWrite is { IsFull: true, Readers: > 0 } pipe)
        {
            return Scheduler.RetryAfter(pipe, frame);
        }

        frame->Rax = WriteNow(process, descriptor, frame->Rsi, Limit(frame->Rdx));
        return frame;
    }

    public static ulong OpenPipe()
    {
        Process process = Scheduler.Current.Process;
        if (!process.TryFindClosed(out ulong reader) || !Pipe.TryTake(out Pipe pipe))
        {
            return SystemCalls.Failure;
        }

        process.Find(reader).OpenReader(pipe);
        if (!process.TryFindClosed(out ulong writer))
        {
            process.Find(reader).Close();
            return SystemCalls.Failure;
        }

        process.Find(writer).OpenWriter(pipe);
        return reader | (writer << 32);
    }

    public static ulong Close(ulong number)
    {
        Descriptor descriptor = Scheduler.Current.Process.Find(number);
        if (descriptor is not { IsOpen: true })
        {
            return SystemCalls.Failure;
        }

        descriptor.Close();
        return 0;
    }

    private static ulong Limit(ulong length) => length < BufferSize ? length : BufferSize;

    private static ulong ReadNow(Process process, Descriptor descriptor, ulong address, ulong length)
    {
        byte* buffer = stackalloc byte[(int)BufferSize];
        ulong count;
        if (descriptor?.PipeToRead is { } pipe)
        {
            count = (ulong)pipe.Take(buffer, (int)length);
        }
        else if (descriptor?.File is { } file)
        {
            count = file.Read(descriptor.Offset, buffer, length);
            descriptor.Offset += count;
        }
        else
        {
            return SystemCalls.Failure;
        }

        return UserMemory.TryWrite(process, address, buffer, count) ? count : SystemCalls.Failure;
    }

    private static ulong WriteNow(Process process, Descriptor descriptor, ulong address, ulong length)
    {
        byte* buffer = stackalloc byte[(int)BufferSize];
        if (descriptor is not { IsOpen: true } || !UserMemory.TryRead(process, address, buffer, length))
        {
            return SystemCalls.Failure;
        }

        if (descriptor.PipeToWrite is { Readers: > 0 } pipe)
        {
            return (ulong)pipe.Put(buffer, (int)length);
        }

        if (descriptor.File is { } file)
        {
            ulong count = file.Write(descriptor.Offset, buffer, length);
            descriptor.Offset += count;
            return count;
        }

        if (!descriptor.IsConsole)
        {
            return SystemCalls.Failure;
        }

        Console.Write(buffer, (int)length);
        return length;
    }
}
