using System.Text;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>xen_version: what the hypervisor is. Xen public/version.h, "HYPERVISOR_xen_version". ParaKit speaks the interface of Xen 4.17.</summary>
internal static class XenVersion
{
    private const long Version = (4 << 16) | 17;
    private const int ExtraVersionBytes = 16;
    private const int CapabilitiesBytes = 1024;
    private const int ChangeSetBytes = 64;
    private const int CommandLineBytes = 1024;
    private const int CompileInfoBytes = 144;
    private const int HandleBytes = 16;
    private const uint Features = (1u << (int)Feature.MmuPtUpdatePreserveAd) | (1u << (int)Feature.HighmemAssist);

    /// <summary>command, argument. EFAULT, EINVAL, ENODATA, ENOSYS.</summary>
    [Hypercall(HypercallNumber.XenVersion)]
    public static long Invoke(ref HypercallContext context) => (VersionOperation)(uint)context.Argument1 switch
    {
        VersionOperation.Version => Version,
        VersionOperation.ExtraVersion => WriteText(ref context, ".0-parakit", ExtraVersionBytes),
        VersionOperation.CompileInfo => WriteText(ref context, "", CompileInfoBytes),
        VersionOperation.Capabilities => WriteText(ref context, "xen-3.0-x86_64 ", CapabilitiesBytes),
        VersionOperation.ChangeSet => WriteText(ref context, "unavailable", ChangeSetBytes),
        VersionOperation.PlatformParameters => WriteNumber(ref context, MachineToPhysical.HypervisorStart),
        VersionOperation.GetFeatures => GetFeatures(ref context),
        VersionOperation.PageSize => context.Argument2 == 0 ? PageTableEntries.FrameBytes : HypercallContext.Result(Errno.EINVAL),
        VersionOperation.GuestHandle => WriteText(ref context, "", HandleBytes),
        VersionOperation.CommandLine => WriteText(ref context, "", CommandLineBytes),
        VersionOperation.BuildId => HypercallContext.Result(Errno.ENODATA),
        _ => HypercallContext.Result(Errno.ENOSYS),
    };

    private static long GetFeatures(ref HypercallContext context)
    {
        var pointer = new GuestPointer<FeatureInfo>(context.Argument2);
        if (!context.TryRead(pointer, out var info))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (info.SubmapIndex != 0)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        info.Submap = Features;
        return context.TryWrite(pointer, in info) ? 0 : HypercallContext.Result(Errno.EFAULT);
    }

    private static long WriteNumber(ref HypercallContext context, ulong value) =>
        context.TryWrite(new GuestPointer<ulong>(context.Argument2), in value) ? 0 : HypercallContext.Result(Errno.EFAULT);

    private static long WriteText(ref HypercallContext context, string text, int length)
    {
        var bytes = new byte[length];
        Encoding.ASCII.GetBytes(text, bytes);
        return context.Domain.Memory.TryWrite(context.Argument2, bytes) ? 0 : HypercallContext.Result(Errno.EFAULT);
    }
}
