namespace ParaKit.Hypervisor.Store;

/// <summary>Why the store refuses; the names go over the wire. Xen public/io/xs_wire.h, "xsd_errors".</summary>
internal enum StoreError
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A malformed request.</summary>
    EINVAL,

    /// <summary>No permission.</summary>
    EACCES,

    /// <summary>No such path.</summary>
    ENOENT,

    /// <summary>A watch that is there already.</summary>
    EEXIST,

    /// <summary>The transaction met changes of others.</summary>
    EAGAIN,

    /// <summary>Too much for one domain.</summary>
    ENOSPC,

    /// <summary>An answer that is too long.</summary>
    E2BIG,

    /// <summary>No such request.</summary>
    ENOSYS,
}
