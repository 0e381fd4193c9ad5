using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Flushes of the translations of some of a domain's virtual processors.</summary>
internal static class TlbFlush
{
    /// <summary>The mask of all.</summary>
    public const ulong All = ulong.MaxValue;

    /// <summary>Reads a bitmap of the guest: as many bits as the domain has virtual processors, in whole bytes.</summary>
    public static bool TryReadMask(ref HypercallContext context, ulong address, out ulong mask)
    {
        mask = 0;
        for (var i = 0; i * 8 < context.Domain.Vcpus.Count; i++)
        {
            if (!context.TryRead(new GuestPointer<byte>(address + (ulong)i), out var part))
            {
                return false;
            }

            mask |= (ulong)part << (i * 8);
        }

        return true;
    }

    /// <summary>Drops one page's translation, or all.</summary>
    public static void Apply(Domain domain, ulong mask, ulong? page)
    {
        foreach (var vcpu in domain.Vcpus)
        {
            if (((mask >> vcpu.Number) & 1) != 0)
            {
                Apply(vcpu, page);
            }
        }
    }

    /// <summary>Drops one page's translation, or all.</summary>
    public static void Apply(VirtualCpu vcpu, ulong? page)
    {
        if (page is { } linear)
        {
            vcpu.Processor.InvalidatePage(linear);
        }
        else
        {
            vcpu.Processor.FlushTlb();
        }
    }
}
