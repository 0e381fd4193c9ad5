namespace ParaKit.Abi;

/// <summary>Reserved domain identifiers (<c>domid_t</c>, 16 bits). Xen public/xen.h, "DOMID_*".</summary>
public static class DomainIds
{
    /// <summary>First identifier that names no ordinary domain (DOMID_FIRST_RESERVED).</summary>
    public const ushort FirstReserved = 0x7FF0;
    /// <summary>The calling domain (DOMID_SELF).</summary>
    public const ushort Self = 0x7FF0;
    /// <summary>Restricts page-table updates to mapping I/O memory (DOMID_IO).</summary>
    public const ushort Io = 0x7FF1;
    /// <summary>Owner of pages that the hypervisor shares (DOMID_XEN).</summary>
    public const ushort Xen = 0x7FF2;
    /// <summary>Owner of copy-on-write pages (DOMID_COW).</summary>
    public const ushort CopyOnWrite = 0x7FF3;
    /// <summary>Names no domain (DOMID_INVALID).</summary>
    public const ushort Invalid = 0x7FF4;
    /// <summary>The idle domain (DOMID_IDLE).</summary>
    public const ushort Idle = 0x7FFF;
}
