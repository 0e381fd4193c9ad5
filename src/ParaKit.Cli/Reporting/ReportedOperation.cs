namespace ParaKit.Cli.Reporting;

/// <summary>An operation that the report shows in every technique side by side.</summary>
/// <param name="Benchmark">Name under which the guest measures it ("BENCH" lines).</param>
/// <param name="Title">Heading.</param>
/// <param name="Meaning">What it is, for someone who has never written a kernel.</param>
/// <param name="Functions">Ends of the names of the functions that do it, in the image, as many as the image has.</param>
internal sealed record ReportedOperation(string Benchmark, string Title, string Meaning, IReadOnlyList<string> Functions)
{
    /// <summary>All of them, in the order of reading.</summary>
    public static IReadOnlyList<ReportedOperation> All { get; } =
    [
        new(
            "cli",
            "Disabling interrupts: cli",
            "Privileged: outside privilege level 0 the processor raises a fault. A kernel does it thousands of times a second, around everything that an interrupt must not disturb.",
            ["Operations__ClearInterruptFlag"]),
        new(
            "popf",
            "Restoring the flags: popf",
            "Sensitive, but not privileged: outside level 0 the processor silently leaves the interrupt flag alone. This is why the x86 of old was not virtualizable by traps alone.",
            ["Operations__RestoreFlags"]),
        new(
            "remap a page",
            "Changing a page table: store, invlpg, use",
            "An ordinary store, which no processor traps by itself, changes what an address means. Whoever virtualizes memory must notice it, or let the hardware look.",
            ["Operations__Remap"]),
        new(
            "null call",
            "A system call",
            "A program asks its kernel for something that takes no time. What is measured is the way there and back.",
            ["pk_syscall_entry"]),
        new(
            "kernel page fault",
            "A page fault",
            "The kernel reads an address that is not mapped; its own handler runs, and the instruction is repeated.",
            ["Operations__Load", "pk_trap_common"]),
        new(
            "disk read 4K",
            "Reading a page from a disk",
            "Natively the processor moves each pair of bytes through a port of the disk's controller. A paravirtual kernel asks for the whole page with one request in shared memory.",
            ["AtaDisk__Move", "BlockDevice__Do"]),
        new(
            "packet echo 1500",
            "A packet there and back",
            "Natively the processor moves each pair of bytes through a port of the network card. A paravirtual kernel names the packet's page in shared memory, and gets packets by exchanging an empty page for a full one.",
            ["Ne2000__TrySend", "NetworkDevice__TrySend"]),
    ];
}
