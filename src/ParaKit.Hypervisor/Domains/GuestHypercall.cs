using System.Globalization;
using ParaKit.Abi;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Serves a hypercall that is not Xen's.</summary>
/// <param name="call">The call in progress.</param>
/// <returns>What the guest gets in RAX: 0 or positive on success, <see cref="GuestHypercall.Result"/> of an error otherwise.</returns>
public delegate long GuestHypercallHandler(GuestHypercall call);

/// <summary>
/// One hypercall as its handler sees it. Arguments come from a guest that may be hostile: an address is good for nothing but copying
/// from or to it, once, and every copy can fail.
/// </summary>
public readonly ref struct GuestHypercall
{
    /// <summary>Lowest number that Xen leaves free on x86 (public/xen.h, "Architecture-specific hypercall definitions"; 48 and 49 are taken).</summary>
    public const int FirstNumber = 50;

    /// <summary>Highest number: Xen's table has 64 entries.</summary>
    public const int LastNumber = 63;

    private readonly GuestMemory _memory;
    private readonly ReadOnlySpan<ulong> _arguments;

    internal GuestHypercall(GuestMemory memory, int number, ReadOnlySpan<ulong> arguments)
    {
        _memory = memory;
        _arguments = arguments;
        Number = number;
    }

    /// <summary>The number that the guest called.</summary>
    public int Number { get; }

    /// <summary>Result for an error.</summary>
    public static long Result(Errno error) => -(long)error;

    /// <summary>An argument, as the guest left it in its register.</summary>
    /// <param name="index">0 to 4.</param>
    public ulong Argument(int index) => _arguments[index];

    /// <summary>Copies from the guest. False, with the destination partly filled, if the guest itself could not read there.</summary>
    public bool TryRead(ulong address, Span<byte> destination) => _memory.TryRead(address, destination);

    /// <summary>Copies a structure from the guest. False if the guest itself could not read it.</summary>
    public bool TryRead<T>(ulong address, out T value)
        where T : unmanaged => _memory.TryRead(address, out value);

    /// <summary>Copies to the guest. False, with nothing written, if the guest itself could not write there.</summary>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> source) => _memory.TryWrite(address, source);

    /// <summary>Copies a structure to the guest. False, with nothing written, if the guest itself could not write it.</summary>
    public bool TryWrite<T>(ulong address, in T value)
        where T : unmanaged => _memory.TryWrite(address, in value);

    internal static IReadOnlyDictionary<int, GuestHypercallHandler> RequireFree(IReadOnlyDictionary<int, GuestHypercallHandler> handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        foreach (var number in handlers.Keys)
        {
            if (number is < FirstNumber or > LastNumber)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Hypercall {number} is Xen's own or outside its table; {FirstNumber} to {LastNumber} are free."), nameof(handlers));
            }
        }

        return handlers;
    }
}
