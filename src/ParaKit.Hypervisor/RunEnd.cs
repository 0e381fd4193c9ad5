namespace ParaKit.Hypervisor;

/// <summary>Why a run loop returned.</summary>
internal enum RunEnd
{
    /// <summary>The domain is no longer alive; its state says more.</summary>
    DomainEnded,
    /// <summary>The instruction limit was reached.</summary>
    LimitReached,
    /// <summary>The run was cancelled.</summary>
    Cancelled,
    /// <summary>The guest waits for an event that cannot come.</summary>
    Deadlocked,
    /// <summary>The machine lacks an instruction.</summary>
    Unimplemented,
}
