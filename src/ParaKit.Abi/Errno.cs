namespace ParaKit.Abi;

/// <summary>
/// Error numbers of hypercalls; a failed call returns the negated value in RAX. Xen public/errno.h.
/// </summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>Operation not permitted.</summary>
    EPERM = 1,
    /// <summary>No such object.</summary>
    ENOENT = 2,
    /// <summary>No such domain.</summary>
    ESRCH = 3,
    /// <summary>Input or output error.</summary>
    EIO = 5,
    /// <summary>No such address.</summary>
    ENXIO = 6,
    /// <summary>Argument list too long.</summary>
    E2BIG = 7,
    /// <summary>Wrong executable format.</summary>
    ENOEXEC = 8,
    /// <summary>Bad handle.</summary>
    EBADF = 9,
    /// <summary>No child.</summary>
    ECHILD = 10,
    /// <summary>Try again.</summary>
    EAGAIN = 11,
    /// <summary>Out of memory.</summary>
    ENOMEM = 12,
    /// <summary>Permission denied.</summary>
    EACCES = 13,
    /// <summary>An address given by the guest cannot be accessed.</summary>
    EFAULT = 14,
    /// <summary>Object is in use.</summary>
    EBUSY = 16,
    /// <summary>Object exists already.</summary>
    EEXIST = 17,
    /// <summary>Crosses a boundary between devices.</summary>
    EXDEV = 18,
    /// <summary>No such device.</summary>
    ENODEV = 19,
    /// <summary>Invalid argument.</summary>
    EINVAL = 22,
    /// <summary>Table is full.</summary>
    ENFILE = 23,
    /// <summary>Too many open objects.</summary>
    EMFILE = 24,
    /// <summary>No space left.</summary>
    ENOSPC = 28,
    /// <summary>Read-only object.</summary>
    EROFS = 30,
    /// <summary>Too many links.</summary>
    EMLINK = 31,
    /// <summary>Argument outside the function's domain.</summary>
    EDOM = 33,
    /// <summary>Result not representable.</summary>
    ERANGE = 34,
    /// <summary>Deadlock would occur.</summary>
    EDEADLK = 35,
    /// <summary>Name too long.</summary>
    ENAMETOOLONG = 36,
    /// <summary>No locks available.</summary>
    ENOLCK = 37,
    /// <summary>Hypercall or operation not implemented.</summary>
    ENOSYS = 38,
    /// <summary>Directory not empty.</summary>
    ENOTEMPTY = 39,
    /// <summary>No data available.</summary>
    ENODATA = 61,
    /// <summary>Timer expired.</summary>
    ETIME = 62,
    /// <summary>Bad message.</summary>
    EBADMSG = 74,
    /// <summary>Value too large.</summary>
    EOVERFLOW = 75,
    /// <summary>Illegal byte sequence.</summary>
    EILSEQ = 84,
    /// <summary>Interrupted: to be made again. Guests never see it.</summary>
    ERESTART = 85,
    /// <summary>Not a socket.</summary>
    ENOTSOCK = 88,
    /// <summary>Message too long.</summary>
    EMSGSIZE = 90,
    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,
    /// <summary>Address in use.</summary>
    EADDRINUSE = 98,
    /// <summary>Address not available.</summary>
    EADDRNOTAVAIL = 99,
    /// <summary>No buffer space.</summary>
    ENOBUFS = 105,
    /// <summary>Already connected.</summary>
    EISCONN = 106,
    /// <summary>Not connected.</summary>
    ENOTCONN = 107,
    /// <summary>Timed out.</summary>
    ETIMEDOUT = 110,
    /// <summary>Connection refused.</summary>
    ECONNREFUSED = 111,
}
