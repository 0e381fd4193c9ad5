using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Events;

namespace ParaKit.Hypervisor.Backends;

/// <summary>The console of a domain over its two rings. With impossible indices it has no console any more. Xen public/io/console.h.</summary>
internal sealed class ConsoleBackend(PhysicalMemory memory, ulong page, EventChannelTable events, uint port, Action<ReadOnlySpan<byte>> output, ReadOnlyMemory<byte> input, BackendMeter work) : IBackend
{
    private readonly InboundRing _prints = new(memory, page + 1024, ConsoleInterface.OutputBytes, consumer: page + 3080, producer: page + 3084);
    private readonly OutboundRing _types = new(memory, page, ConsoleInterface.InputBytes, consumer: page + 3072, producer: page + 3076);
    private readonly List<byte> _printed = [];
    private readonly List<byte> _typed = [.. input.Span];
    private bool _hasEvent = !input.IsEmpty;

    /// <summary>What is typed and not taken by the domain must not fill the host's memory.</summary>
    public const int MaximumTyped = 16 << 10;

    /// <summary>Whether the domain broke the protocol.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    public ulong? NextDeadline => !IsBroken && _hasEvent ? 0 : null;

    /// <summary>The domain has sent an event.</summary>
    public void OnEvent() => _hasEvent = true;

    /// <summary>Somebody types.</summary>
    /// <returns>How many of the bytes were taken: there is room for <see cref="MaximumTyped"/> that the domain has not read.</returns>
    public int Type(ReadOnlySpan<byte> bytes)
    {
        var taken = bytes[..Math.Clamp(MaximumTyped - _typed.Count, 0, bytes.Length)];
        _typed.AddRange(taken);
        _hasEvent |= !taken.IsEmpty;
        return taken.Length;
    }

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        if (NextDeadline is null)
        {
            return;
        }

        _hasEvent = false;
        _printed.Clear();
        var isSound = _prints.TryReceive(_printed);
        isSound &= _types.TrySend(CollectionsMarshal.AsSpan(_typed), out var typed);
        _typed.RemoveRange(0, typed);
        output(CollectionsMarshal.AsSpan(_printed));
        IsBroken = !isSound;
        if (_printed.Count > 0 || typed > 0)
        {
            work.Copy(_printed.Count + typed);
            work.Call();
            events.NotifyFromBackend(port);
        }
    }
}
