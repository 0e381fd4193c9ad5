using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_gdt: install the guest's part of the descriptor table. Xen public/arch-x86/xen.h, "HYPERVISOR_set_gdt".</summary>
internal static class SetGdt
{
    private const int DescriptorsPerFrame = PageTableEntries.FrameBytes / sizeof(ulong);

    /// <summary>frames, number of descriptors. EINVAL, EFAULT.</summary>
    [Hypercall(HypercallNumber.SetGdt)]
    public static long Invoke(ref HypercallContext context)
    {
        var entries = (uint)context.Argument2;
        if (entries > FlatSelectors.FirstReservedGdtEntry)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var frames = new ulong[(entries + DescriptorsPerFrame - 1) / DescriptorsPerFrame];
        var list = new GuestPointer<ulong>(context.Argument1);
        for (var i = 0; i < frames.Length; i++)
        {
            if (!context.TryRead(list.Element((ulong)i), out frames[i]))
            {
                return HypercallContext.Result(Errno.EFAULT);
            }
        }

        var domain = context.Domain;
        if (domain.Paging.AcquireAll(frames, domain.Id, PageType.SegmentDescriptors) != Errno.None)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        foreach (var old in domain.Vcpu.DescriptorFrames)
        {
            domain.Paging.Release(old);
        }

        domain.Vcpu.DescriptorFrames = frames;
        domain.Vcpu.Descriptors.Install(frames);
        domain.Vcpu.Processor.FlushTlb();
        return 0;
    }
}
