using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Events;

namespace ParaKit.Hypervisor.Store;

/// <summary>
/// Moves messages between a domain's page and its <see cref="StoreConnection"/>. A domain whose indices are impossible is no longer served.
/// </summary>
internal sealed class StoreBackend(PhysicalMemory memory, ulong page, StoreConnection connection, EventChannelTable events, uint port, BackendMeter work) : IBackend
{
    private readonly InboundRing _requests = new(memory, page, StoreInterface.RingBytes, consumer: page + 2048, producer: page + 2052);
    private readonly OutboundRing _responses = new(memory, page + 1024, StoreInterface.RingBytes, consumer: page + 2056, producer: page + 2060);
    private readonly List<byte> _input = [];
    private int _sent;
    private bool _hasWork;
    private bool _isFull;

    /// <summary>Whether the domain broke the protocol.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    /// <remarks>A domain that does not take answers is waited for: it sends an event when it has.</remarks>
    public ulong? NextDeadline => !IsBroken && (_hasWork || (!_isFull && connection.Output.Count > 0)) ? 0 : null;

    /// <summary>The domain has sent an event.</summary>
    public void OnEvent() => _hasWork = true;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        if (NextDeadline is null)
        {
            return;
        }

        _hasWork = false;
        var hasMoved = Receive();
        while (!IsBroken && TryTakeMessage())
        {
        }

        hasMoved |= Send();
        if (hasMoved)
        {
            work.Call();
            events.NotifyFromBackend(port);
        }
    }

    private bool Receive()
    {
        var before = _input.Count;
        IsBroken |= !_requests.TryReceive(_input);
        return _input.Count > before;
    }

    private bool TryTakeMessage()
    {
        var bytes = CollectionsMarshal.AsSpan(_input);
        var headBytes = Marshal.SizeOf<StoreMessage>();
        if (bytes.Length < headBytes)
        {
            return false;
        }

        var head = MemoryMarshal.Read<StoreMessage>(bytes);
        if (head.Length > StoreMessage.MaximumLength)
        {
            IsBroken = true;
            return false;
        }

        var length = headBytes + (int)head.Length;
        if (bytes.Length < length)
        {
            return false;
        }

        work.Copy(length);
        connection.Receive(head, bytes[headBytes..length]);
        _input.RemoveRange(0, length);
        return true;
    }

    private bool Send()
    {
        var hasSent = false;
        _isFull = false;
        IsBroken |= !_responses.TrySend([], out _);
        while (!IsBroken && !_isFull && connection.Output.TryPeek(out var message))
        {
            IsBroken = !_responses.TrySend(message.AsSpan(_sent), out var sent);
            work.Copy(sent);
            hasSent |= sent > 0;
            _sent += sent;
            _isFull = _sent < message.Length;
            if (!_isFull)
            {
                connection.Taken(connection.Output.Dequeue());
                _sent = 0;
            }
        }

        return hasSent;
    }
}
