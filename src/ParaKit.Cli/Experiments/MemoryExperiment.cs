using ParaKit.Cli.Guests;
using ParaKit.Image;

namespace ParaKit.Cli.Experiments;

/// <summary>
/// What becomes of guests that together believe to have more memory than there is. In the shape of Waldspurger, "Memory Resource Management in VMware ESX Server"
/// (2002), and of Barham et al., "Xen and the Art of Virtualization" (2003), section 3.3.
/// </summary>
internal sealed partial class MemoryExperiment(Action<string> progress, CancellationToken cancellation)
{
    private const string Esx = "Waldspurger, \"Memory Resource Management in VMware ESX Server\" (2002)";
    private const ulong Mebibyte = 1 << 20;
    private const ulong Page = 4096;
    private const ulong Millisecond = 1_000_000;

    private static readonly KernelImage s_native = KernelImage.Load(CarriedGuest.Sample("native"), "Guest.native.elf");
    private static readonly KernelImage s_paravirtual = KernelImage.Load(CarriedGuest.Sample("paravirt"), "Guest.paravirt.elf");

    private readonly List<Finding> _findings = [];
    private readonly List<Chart> _charts = [];

    /// <summary>Does the experiment.</summary>
    public ExperimentReport Run()
    {
        FindBallooning();
        FindDoublePaging();
        FindSharing();
        FindSideChannel();
        FindTax();
        FindPolicies();
        FindTables();
        FindClones();
        return new ExperimentReport(
            "memory",
            "Less memory than guests believe to have",
            "A machine promises its guests more memory than it has, and takes back what they need least: by asking their balloon drivers, by paging, by finding pages that are the same. Here the experiments of the ESX Server paper were " +
            "repeated on the simulated machine, with a kernel that uses memory, pages to a disk of its own and has a balloon driver.",
            _findings,
            _charts);
    }
}
