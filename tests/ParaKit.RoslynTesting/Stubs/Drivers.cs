// What split drivers use of ParaKit.Guest, for tests; the attributes come from the library's own sources.
namespace ParaKit.Guest.Xen
{
    public struct EventChannel
    {
        [NotifiesPeer]
        public int Notify() => 0;
    }

    public static class GrantTable
    {
        public static bool TryGrantAccess(ushort domain, Pfn frame, bool isReadOnly, [AcquiresGrant] out GrantReference reference)
        {
            reference = default;
            return true;
        }

        public static bool TryEndAccess([EndsGrant] GrantReference reference) => true;
    }
}
