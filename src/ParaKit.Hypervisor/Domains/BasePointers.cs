using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Changing address spaces: each base pointer is a typed use of a level-4 table.</summary>
internal static class BasePointers
{
    /// <summary>Installs the kernel's table and uses it at once. EINVAL, EBUSY, ERESTART.</summary>
    public static Errno SetKernel(Domain domain, ulong frame)
    {
        var vcpu = domain.Vcpu;
        var result = domain.Paging.AcquireInSteps(frame, domain.Id, PageType.L4Table);
        if (result != Errno.None)
        {
            return result;
        }

        var old = vcpu.KernelTable;
        vcpu.KernelTable = frame;
        vcpu.LoadTables();
        domain.Paging.Release(old);
        return Errno.None;
    }

    /// <summary>Installs the table of user mode; frame 0 removes it. EINVAL, EBUSY, ERESTART.</summary>
    public static Errno SetUser(Domain domain, ulong frame)
    {
        if (frame != 0 && domain.Paging.AcquireInSteps(frame, domain.Id, PageType.L4Table) is var result and not Errno.None)
        {
            return result;
        }

        var old = domain.Vcpu.UserTable;
        domain.Vcpu.UserTable = frame;
        if (old != 0)
        {
            domain.Paging.Release(old);
        }

        return Errno.None;
    }
}
