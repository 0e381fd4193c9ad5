namespace ParaKit.Cli.Figures;

/// <summary>
/// What others measured, as ratios: sizes depend on a machine, orders and ratios much less. The bands were fixed before the figures were seen; what lies
/// outside has its reason here, and is shown.
/// </summary>
internal static class PublishedShapes
{
    private const string Nanobenchmarks = "Adams and Agesen 2006, appendix (Pentium 4 672)";
    private const string Processes = "Barham et al. 2003, table 3 (lmbench; VMware Workstation 3.2 for 'translate')";
    private const string Switches = "Barham et al. 2003, table 4 (lmbench)";
    private const string Memory = "Barham et al. 2003, table 5 (lmbench; VMware Workstation 3.2 for 'translate')";
    private const string NestedPaging = "Their hardware shadowed page tables; nested paging has no exits for them.";
    private const string NoFastTrap = "32-bit Xen let system calls enter the guest's kernel directly; in 64-bit mode all pass through the hypervisor, which changes page tables twice.";
    private const string Batches = "The sample maps in batches of 16, and clearing pages takes most of the time in every technique.";
    private const string NoCaches = "Caches are not modelled: reading 64 KiB does not hide the switch.";
    private const string NoSignal = "Only the fault and the return are measured, without the signal that dominates in lmbench.";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedShape> All { get; } =
    [
        Cheaper("in", "translate", "native", 0.07),
        Cheaper("cr8 write", "translate", "native", 0.23),
        Dearer("null call", "translate", "native", 9.5),
        Dearer("call and return", "translate", "native", 4.6),
        Dearer("kernel page fault", "translate", "native", 3.6),
        Dearer("divide by zero", "translate", "native", 3.6),
        Dearer("pte unchanged", "translate", "native", 391),
        Dearer("pte to not present", "translate", "native", 4.3),
        Dearer("pte to present", "translate", "native", 424),
        Dearer("in", "hardware", "native", 4.9),
        Within("null call", "hardware", "native", 1.02, 0.8, 1.2, Nanobenchmarks),
        Within("call and return", "hardware", "native", 1.00, 0.8, 1.2, Nanobenchmarks),
        Within("divide by zero", "hardware", "native", 1.14, 0.8, 1.2, Nanobenchmarks),
        Dearer("null call", "translate", "hardware", 9.4),
        Dearer("call and return", "translate", "hardware", 4.6),
        Dearer("divide by zero", "translate", "hardware", 3.2),
        Dearer("kernel page fault", "hardware", "translate", 2.9) with { Deviation = NestedPaging },
        Dearer("pte unchanged", "hardware", "translate", 32.6) with { Deviation = NestedPaging },
        Dearer("pte to not present", "hardware", "translate", 538) with { Deviation = NestedPaging },
        Dearer("pte to present", "hardware", "translate", 8.0) with { Deviation = NestedPaging },
        Within("null call", "paravirt", "native", 1.02, 0, 1.1, Processes) with { Deviation = NoFastTrap },
        Within("fork", "paravirt", "native", 1.80, 1.3, 2.5, Processes),
        Within("exec", "paravirt", "native", 1.45, 1.2, 2, Processes),
        Dearer("fork", "translate", "paravirt", 4.4, Processes),
        Dearer("exec", "translate", "paravirt", 3.0, Processes),
        Within("context switch 2p/0K", "paravirt", "native", 2.56, 1.5, 4, Switches),
        Within("context switch 16p/64K", "paravirt", "native", 1.05, 1, 1.2, Switches) with { Deviation = NoCaches },
        Dearer("context switch 2p/0K", "translate", "paravirt", 9.2, Switches),
        Dearer("context switch 16p/64K", "translate", "paravirt", 1.8, Switches),
        Within("mmap", "paravirt", "native", 2.04, 1.5, 2.5, Memory) with { Deviation = Batches },
        Dearer("mmap", "translate", "paravirt", 4.5, Memory),
        Within("protection fault", "paravirt", "native", 1.32, 1.2, 1.8, Memory) with { Deviation = NoSignal },
        Dearer("protection fault", "translate", "paravirt", 5.4, Memory),
        Within("page fault", "paravirt", "native", 1.92, 1.5, 2.5, Memory),
        Dearer("page fault", "translate", "paravirt", 4.5, Memory),
    ];

    private static PublishedShape Cheaper(string operation, string technique, string reference, double published) =>
        new(operation, technique, reference, published, 0, 1, Nanobenchmarks);

    private static PublishedShape Dearer(string operation, string technique, string reference, double published, string source = Nanobenchmarks) =>
        new(operation, technique, reference, published, 1, null, source);

    private static PublishedShape Within(
        string operation, string technique, string reference, double published, double lowest, double highest, string source) =>
        new(operation, technique, reference, published, lowest, highest, source);
}
