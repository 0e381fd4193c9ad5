/// <summary>System calls about files.</summary>
internal static unsafe class FileCalls
{
    public static ulong Open(ulong name, ulong length, bool create)
    {
        Process process = Scheduler.Current.Process;
        byte* copy = stackalloc byte[StoredFile.NameCapacity];
        if (!TryReadName(process, name, length, copy) || !process.TryFindClosed(out ulong number) ||
            !FileSystem.TryOpen(copy, (int)length, create, out StoredFile file))
        {
            return SystemCalls.Failure;
        }

        process.Find(number).OpenFile(file);
        return number;
    }

    /// <summary>A file that somebody has open stays.</summary>
    public static ulong Delete(ulong name, ulong length)
    {
        byte* copy = stackalloc byte[StoredFile.NameCapacity];
        if (!TryReadName(Scheduler.Current.Process, name, length, copy) || !FileSystem.TryOpen(copy, (int)length, create: false, out StoredFile file) || file.Users > 0)
        {
            return SystemCalls.Failure;
        }

        file.Delete();
        return 0;
    }

    private static bool TryReadName(Process process, ulong name, ulong length, byte* copy) =>
        length is > 0 and <= StoredFile.NameCapacity && UserMemory.TryRead(process, name, copy, length);
}
