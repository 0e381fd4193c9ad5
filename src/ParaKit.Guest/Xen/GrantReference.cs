namespace ParaKit.Guest.Xen;

/// <summary>
/// Names a frame that this domain lets another one use; requests carry it to the other side. Xen public/grant_table.h, "grant_ref_t".
/// </summary>
/// <param name="number">Index of the entry in the grant table.</param>
public readonly struct GrantReference(uint number)
{
    /// <summary>Index of the entry in the grant table.</summary>
    public uint Number { get; } = number;
}
