using System.Runtime;
using System.Runtime.CompilerServices;

namespace ParaKit.Guest.Xen;

/// <summary>Zeroed pages inside the image for structures that Xen types: user page tables and descriptor tables.</summary>
internal static unsafe class PagePool
{
    private static byte* s_next;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pool_start")]
    private static extern void Start();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pool_end")]
    private static extern void End();

    /// <summary>Takes a page for good, the one after the page that was taken before.</summary>
    internal static byte* Take()
    {
        if (s_next == null)
        {
            s_next = (byte*)(delegate*<void>)&Start;
        }

        if (s_next == (byte*)(delegate*<void>)&End)
        {
            Platform.Fail("the pool of paravirtual pages is exhausted (ParaKitPoolPages sets its size)");
        }

        byte* page = s_next;
        s_next += PageTable.PageSize;
        return page;
    }
}
