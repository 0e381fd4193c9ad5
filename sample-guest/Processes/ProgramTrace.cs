using ParaKit.Guest;

/// <summary>
/// What programs did, as digests that do not depend on when they were interrupted, where their code lies, or which frames they got: the calls of a
/// program with their arguments, and the pages of its heap at the end. A child's become part of its parent's when the parent learns of its end.
/// </summary>
internal static unsafe class ProgramTrace
{
    private const ulong Pages = 64;
    private const ulong WordsPerPage = PageTable.PageSize / sizeof(ulong);

    /// <summary>Whether anything is noted.</summary>
    public static bool IsOn { get; set; }

    /// <summary>A program asks for something. Waiting is noted when it is over, because the call is repeated meanwhile.</summary>
    public static void NoteCall(TrapFrame* frame)
    {
        if (!IsOn || frame->Rax == SystemCalls.Wait)
        {
            return;
        }

        bool hasName = frame->Rax is SystemCalls.Open or SystemCalls.Delete;
        ref Digest calls = ref Scheduler.Current.Process.Calls;
        calls.AddWord(frame->Rax);
        calls.AddWord(hasName ? frame->Rsi : frame->Rdi);
        calls.AddWord(frame->Rax is SystemCalls.Read or SystemCalls.Write ? frame->Rdx : 0);
    }

    /// <summary>A program ends; its address space is active.</summary>
    public static void NoteEnd(Process process, ulong exitCode)
    {
        if (!IsOn)
        {
            return;
        }

        process.Calls.AddWord(exitCode);
        for (ulong page = 0; page < Pages; page++)
        {
            if (process.Space.TryTranslate(Process.HeapStart + (page * PageTable.PageSize), toWrite: false, out ulong physical))
            {
                process.Memory.AddWord(page);
                NotePage(ref process.Memory, (ulong*)PageTable.ToVirtual(physical));
            }
        }
    }

    /// <summary>A parent learns that its child has ended.</summary>
    public static void NoteChild(Process parent, Process child)
    {
        if (IsOn)
        {
            parent.Calls.AddWord(child.Calls.Value);
            parent.Memory.AddWord(child.Memory.Value);
        }
    }

    private static void NotePage(ref Digest memory, ulong* page)
    {
        for (ulong i = 0; i < WordsPerPage; i++)
        {
            memory.AddWord(page[i]);
        }
    }
}
