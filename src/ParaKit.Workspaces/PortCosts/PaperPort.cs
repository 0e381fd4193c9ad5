namespace ParaKit.Workspaces.PortCosts;

/// <summary>
/// A column of the published table: P. Barham et al., "Xen and the Art of Virtualization", SOSP 2003, Table 2 ("The simplicity of
/// porting commodity OSes to Xen"). Lines are those modified or added by hand; the portion is of the x86 code base without device drivers.
/// </summary>
/// <param name="Name">The operating system.</param>
/// <param name="Total">All lines.</param>
/// <param name="CodeBasePercent">Portion of the code base in percent.</param>
public sealed record PaperPort(string Name, int Total, double CodeBasePercent)
{
    /// <summary>Where the figures are from, as a table's footnote.</summary>
    public const string Source = "Barham et al., \"Xen and the Art of Virtualization\", SOSP 2003, Table 2";

    /// <summary>Linux, on Xen.</summary>
    public static PaperPort Linux { get; } = new("Linux", 2995, 1.36)
    {
        ArchitectureIndependent = 78,
        VirtualNetworkDriver = 484,
        VirtualBlockDriver = 1070,
        XenSpecific = 1363,
    };

    /// <summary>Windows XP; the port was not complete and had no virtual device drivers.</summary>
    public static PaperPort WindowsXp { get; } = new("Windows XP", 4620, 0.04)
    {
        ArchitectureIndependent = 1299,
        XenSpecific = 3321,
    };

    /// <summary>Architecture-independent lines.</summary>
    public required int ArchitectureIndependent { get; init; }

    /// <summary>Lines of the virtual network driver; null if there was none.</summary>
    public int? VirtualNetworkDriver { get; init; }

    /// <summary>Lines of the virtual block-device driver; null if there was none.</summary>
    public int? VirtualBlockDriver { get; init; }

    /// <summary>Lines specific to Xen outside drivers.</summary>
    public required int XenSpecific { get; init; }

    /// <summary>Lines of a row; null if the port had none of that kind.</summary>
    public int? Lines(PortCategory category) => category switch
    {
        PortCategory.ArchitectureIndependent => ArchitectureIndependent,
        PortCategory.VirtualNetworkDriver => VirtualNetworkDriver,
        PortCategory.VirtualBlockDriver => VirtualBlockDriver,
        _ => XenSpecific,
    };
}
