namespace ParaKit.Analyzers;

/// <summary>Identifiers of all rules; each has a page <c>docs/rules/PKnnnn.md</c>. Numbers are never reused.</summary>
public static class RuleIds
{
    /// <summary>A call of a privileged operation.</summary>
    public const string PrivilegedOperation = "PK0001";

    /// <summary>A call of an operation that silently goes wrong when deprivileged.</summary>
    public const string SensitiveUnprivilegedOperation = "PK0002";

    /// <summary>A use of a sensitive operation that no tool can rewrite.</summary>
    public const string UnrewritableUse = "PK0003";

    /// <summary>A paravirtual counterpart that cannot stand in for its operation.</summary>
    public const string CounterpartMismatch = "PK0004";

    /// <summary>A call, in a paravirtual image, of an operation without counterpart.</summary>
    public const string MissingCounterpart = "PK0005";

    /// <summary>A plain store through a pointer to page-table entries.</summary>
    public const string PageTableStore = "PK0006";

    /// <summary>Code whose meaning depends on the privilege level.</summary>
    public const string PrivilegeDependence = "PK0007";

    /// <summary>A catch clause, which never runs.</summary>
    public const string CatchClause = "PK0101";

    /// <summary>A finalizer, which never runs.</summary>
    public const string Finalizer = "PK0102";

    /// <summary>A module initializer, which never runs.</summary>
    public const string ModuleInitializer = "PK0103";

    /// <summary>A thread-static field.</summary>
    public const string ThreadStatic = "PK0104";

    /// <summary>Asynchronous code.</summary>
    public const string Async = "PK0105";

    /// <summary>LINQ.</summary>
    public const string Linq = "PK0106";

    /// <summary>A generic virtual method or a multi-dimensional array.</summary>
    public const string GenericVirtualOrArray = "PK0107";

    /// <summary>A function that is imported from a library.</summary>
    public const string ForeignFunction = "PK0108";

    /// <summary>A managed allocation that a method must not reach.</summary>
    public const string AllocationInContext = "PK0201";

    /// <summary>Waiting that a method must not reach.</summary>
    public const string SleepInContext = "PK0202";

    /// <summary>Unbounded recursion that an interrupt handler reaches.</summary>
    public const string RecursionInContext = "PK0203";

    /// <summary>Interrupts that stay masked on some path.</summary>
    public const string MaskImbalance = "PK0204";

    /// <summary>A frame or page number that changes its kind without a translation.</summary>
    public const string MixedAddressKinds = "PK0205";

    /// <summary>Page-table updates in a loop, each a hypercall of its own.</summary>
    public const string UnbatchedUpdate = "PK0301";

    /// <summary>A TLB flush after an entry became present.</summary>
    public const string NeedlessFlush = "PK0302";

    /// <summary>A notification that does not ask whether the other side wants it.</summary>
    public const string UncheckedNotification = "PK0303";

    /// <summary>Hypercalls in a loop that one multicall could carry.</summary>
    public const string UnbatchedHypercall = "PK0304";

    /// <summary>A field of shared memory that is read twice.</summary>
    public const string DoubleFetch = "PK0401";

    /// <summary>A producer index published without a write barrier.</summary>
    public const string UnorderedPublication = "PK0402";

    /// <summary>Sleep after an empty ring without a last look.</summary>
    public const string MissingFinalCheck = "PK0403";

    /// <summary>A ring index that chooses a slot without its mask.</summary>
    public const string UnmaskedIndex = "PK0404";

    /// <summary>A grant that is not ended on some path.</summary>
    public const string LostGrant = "PK0405";

    /// <summary>A grant that is used after it was ended.</summary>
    public const string EndedGrant = "PK0406";

    /// <summary>A ring type that the generator cannot complete.</summary>
    public const string IncompleteRing = "PK0407";

    /// <summary>A ring entry that is not plain data.</summary>
    public const string RingEntryNotPlain = "PK0408";

    /// <summary>A ring entry for which a page has no room.</summary>
    public const string RingEntryTooLarge = "PK0409";

    /// <summary>Category of the rules about the protocol between front end and back end.</summary>
    internal const string DriverCategory = "ParaKit.Driver";

    /// <summary>An entry handler that cannot be called.</summary>
    public const string HandlerSignature = "PK0501";

    /// <summary>Several entry handlers for one thing.</summary>
    public const string DuplicateHandler = "PK0502";

    /// <summary>Entry handlers beside a hand-written <c>kernel_trap</c>.</summary>
    public const string HandlersIgnored = "PK0503";

    /// <summary>A hypercall declaration that gets no body.</summary>
    public const string HypercallSignature = "PK0504";

    /// <summary>A hypercall without a stand-in for native images.</summary>
    public const string HypercallWithoutFallback = "PK0505";

    /// <summary>Category of the rules about declared entries and hypercalls.</summary>
    internal const string EntryCategory = "ParaKit.Entries";

    /// <summary>Category of the rules about what costs time in a paravirtual image.</summary>
    internal const string PerformanceCategory = "ParaKit.Performance";

    /// <summary>Category of the rules about kernel contexts.</summary>
    internal const string ContextCategory = "ParaKit.Context";

    /// <summary>Category of the rules about sensitive operations.</summary>
    internal const string SensitiveCategory = "ParaKit.Sensitive";

    /// <summary>Category of the rules about what freestanding C# cannot do.</summary>
    internal const string FreestandingCategory = "ParaKit.Freestanding";

    /// <summary>Start of the address of a rule's page.</summary>
    internal const string Pages = "https://github.com/parakit/parakit/blob/main/docs/rules/";
}
