using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Events;

namespace ParaKit.Hypervisor.Backends;

/// <summary>
/// The console of a domain over its two rings. The domain can write anything into the page at any time: what counts are the indices kept here; with
/// impossible ones it has no console any more. Xen public/io/console.h.
/// </summary>
internal sealed class ConsoleBackend(PhysicalMemory memory, ulong page, EventChannelTable events, uint port, Action<ReadOnlySpan<byte>> output, ReadOnlyMemory<byte> input) : IBackend
{
    private const uint InputRing = ConsoleInterface.InputBytes;
    private const uint OutputRing = ConsoleInterface.OutputBytes;
    private const ulong Output = 1024;
    private const ulong InputConsumer = 3072;
    private const ulong InputProducer = 3076;
    private const ulong OutputConsumer = 3080;
    private const ulong OutputProducer = 3084;

    private uint _printed;
    private uint _typed;
    private bool _hasEvent = !input.IsEmpty;

    /// <summary>Whether the domain broke the protocol.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    public ulong? NextDeadline => !IsBroken && _hasEvent ? 0 : null;

    /// <summary>The domain has sent an event.</summary>
    public void OnEvent() => _hasEvent = true;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        if (NextDeadline is null)
        {
            return;
        }

        _hasEvent = false;
        if (Print() | Type())
        {
            events.NotifyFromBackend(port);
        }
    }

    private bool Print()
    {
        var produced = memory.Read<uint>(page + OutputProducer);
        var count = produced - _printed;
        if (count > OutputRing)
        {
            IsBroken = true;
            return false;
        }

        Span<byte> bytes = stackalloc byte[(int)count];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = memory.Read<byte>(page + Output + (_printed++ % OutputRing));
        }

        output(bytes);
        memory.Write(page + OutputConsumer, _printed);
        return count > 0;
    }

    /// <summary>As much of the input as there is room for.</summary>
    private bool Type()
    {
        var room = InputRing - (_typed - memory.Read<uint>(page + InputConsumer));
        if (room > InputRing)
        {
            IsBroken = true;
            return false;
        }

        var count = Math.Min(room, (uint)input.Length - _typed);
        for (uint i = 0; i < count; i++)
        {
            memory.Write(page + (_typed % InputRing), input.Span[(int)_typed]);
            _typed++;
        }

        memory.Write(page + InputProducer, _typed);
        return count > 0;
    }
}
