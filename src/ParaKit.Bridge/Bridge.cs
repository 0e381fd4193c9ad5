using System.Runtime;
using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>
/// The small kernel under a native one that was rewritten for Xen: the native kernel and its programs both run in what Xen takes for user
/// mode, on page tables that this kernel fills from the native kernel's own. What was a privileged instruction is an interrupt to here.
/// </summary>
internal static unsafe class Bridge
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Frames.Initialize();
        DirectMap.Create();
        Traps.Load();
        var header = (PayloadHeader*)PageTable.ToVirtual(PayloadAddress());
        if (header->Magic != PayloadHeader.MagicValue)
        {
            Platform.Fail("there is no payload behind the bridge");
        }

        Payload.Load(header);
        LiveTables.Create();
        X86.Iretq(BootLoader.Prepare(header->Entry));
    }

    /// <summary>The payload starts on the page after the bridge's own image.</summary>
    private static ulong PayloadAddress() => Platform.ImageEndAddress;
}
