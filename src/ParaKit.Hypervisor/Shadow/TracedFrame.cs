namespace ParaKit.Hypervisor.Shadow;

/// <summary>A frame that the guest uses as a page table, and its shadows.</summary>
internal sealed class TracedFrame
{
    /// <summary>Shadows of the table, and of parts of the large pages whose entries are in it.</summary>
    public List<ShadowTable> Shadows { get; } = [];

    /// <summary>Writes since a shadow was last needed for a translation. Many mean that it is no table any more.</summary>
    public int WritesSinceUse { get; set; }
}
