using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>Counting uses: the part that decides when a frame changes its type.</summary>
public sealed partial class DirectPaging
{
    private Errno GetPage(ulong frame, DomainId owner)
    {
        if (!Owns(frame, owner))
        {
            return Errno.EINVAL;
        }

        _transaction.Change(frame).ReferenceCount++;
        return Errno.None;
    }

    private void PutPage(ulong frame) => _transaction.Change(frame).ReferenceCount--;

    private Errno GetPageAndType(ulong frame, DomainId owner, PageType type)
    {
        var result = GetPage(frame, owner);
        return result == Errno.None ? GetType(frame, owner, type) : result;
    }

    private void PutPageAndType(ulong frame)
    {
        PutType(frame);
        PutPage(frame);
    }

    private Errno GetType(ulong frame, DomainId owner, PageType type)
    {
        ref var info = ref _transaction.Change(frame);
        if (info.TypeCount != 0)
        {
            if (info.Type != type || !info.Validated)
            {
                return Errno.EINVAL;
            }

            info.TypeCount++;
            return Errno.None;
        }

        // Only now, at count 0, can the type change. Entries in TLBs outlive the count.
        TlbFlushRequired |= info.Type == PageType.Writable && type != PageType.Writable;
        info.Type = type;
        info.TypeCount = 1;
        info.Validated = false;
        var result = Validate(frame, owner, type);
        if (result == Errno.None)
        {
            _transaction.Change(frame).Validated = true;
        }

        return result;
    }

    private void PutType(ulong frame)
    {
        ref var info = ref _transaction.Change(frame);
        if (--info.TypeCount != 0)
        {
            return;
        }

        var type = info.Type;
        info.Validated = false;
        if (type != PageType.Writable)
        {
            info.Type = PageType.None;
        }

        DropEntries(frame, type);
    }
}
