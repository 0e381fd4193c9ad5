/// <summary>What a thread is about to do.</summary>
internal enum ThreadState
{
    /// <summary>Nothing: it may be taken for something new.</summary>
    Free,

    /// <summary>To run when its turn comes.</summary>
    Runnable,

    /// <summary>To wait until somebody wakes what it waits for.</summary>
    Waiting,

    /// <summary>Never to run again; its stack is free when another thread runs.</summary>
    Ended,
}
