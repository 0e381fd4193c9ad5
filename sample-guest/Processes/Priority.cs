/// <summary>A thread runs only while none of a higher priority can.</summary>
internal enum Priority
{
    /// <summary>The boot thread, which waits for the others.</summary>
    Idle,

    Low,

    Normal,

    High,
}
