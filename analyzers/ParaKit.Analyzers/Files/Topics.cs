using System;

namespace ParaKit.Analyzers.Files;

/// <summary>What a word in a file may have to do with.</summary>
[Flags]
internal enum Topics
{
    None = 0,

    /// <summary>A sensitive operation, written as a call is: a name and its arguments.</summary>
    Call = 1 << 0,

    /// <summary>A sensitive operation in any other form, or a function pointer.</summary>
    Use = 1 << 1,

    /// <summary>An operation that is sensitive and not privileged.</summary>
    Unprivileged = 1 << 2,

    /// <summary>An operation that nothing stands in for in a paravirtual image.</summary>
    Unserved = 1 << 3,

    /// <summary>Selectors in a trap frame, and operations whose answer shows the privilege level.</summary>
    Level = 1 << 4,

    /// <summary>Numbers of frames and pages.</summary>
    Frames = 1 << 5,

    /// <summary>Hypercalls.</summary>
    Hypercalls = 1 << 6,

    /// <summary>An operation that masks interrupts.</summary>
    Masks = 1 << 7,

    /// <summary>An operation that unmasks them.</summary>
    Unmasks = 1 << 8,

    /// <summary>Page-table entries.</summary>
    PageTables = 1 << 9,

    /// <summary>Shared memory, rings and grants.</summary>
    Drivers = 1 << 10,

    /// <summary>What rules about operations look at.</summary>
    Operations = Call | Use | Unprivileged | Unserved | Level | Frames | Hypercalls,
}
