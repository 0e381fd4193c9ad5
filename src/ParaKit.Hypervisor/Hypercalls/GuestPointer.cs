using System.Runtime.CompilerServices;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>
/// An address that a guest gave. It cannot be dereferenced: <see cref="HypercallContext"/> copies from it once, then the copy
/// is checked and used.
/// </summary>
/// <typeparam name="T">What the guest says is there.</typeparam>
/// <param name="Address">Linear address in the guest.</param>
internal readonly record struct GuestPointer<T>(ulong Address)
    where T : unmanaged
{
    /// <summary>Whether it is the null pointer.</summary>
    public bool IsNull => Address == 0;

    /// <summary>Pointer to a later element; wraps as the guest's arithmetic does.</summary>
    public GuestPointer<T> Element(ulong index) => new(unchecked(Address + (index * (ulong)Unsafe.SizeOf<T>())));
}
