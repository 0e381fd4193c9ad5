using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Events;

namespace ParaKit.Hypervisor.Store;

/// <summary>
/// Moves messages between a domain's page and its <see cref="StoreConnection"/>. The domain can write anything into the page at any time: what counts
/// here are the indices that were written here. A domain whose indices are impossible is no longer served.
/// </summary>
internal sealed class StoreBackend(PhysicalMemory memory, ulong page, StoreConnection connection, EventChannelTable events, uint port) : IBackend
{
    private const uint Ring = StoreInterface.RingBytes;
    private const ulong Responses = 1024;
    private const ulong RequestConsumer = 2048;
    private const ulong RequestProducer = 2052;
    private const ulong ResponseConsumer = 2056;
    private const ulong ResponseProducer = 2060;

    private readonly List<byte> _input = [];
    private uint _consumed;
    private uint _produced;
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
            events.NotifyFromBackend(port);
        }
    }

    private bool Receive()
    {
        var produced = memory.Read<uint>(page + RequestProducer);
        var count = produced - _consumed;
        if (count > Ring)
        {
            IsBroken = true;
            return false;
        }

        for (; _consumed != produced; _consumed++)
        {
            _input.Add(memory.Read<byte>(page + (_consumed % Ring)));
        }

        memory.Write(page + RequestConsumer, _consumed);
        return count > 0;
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

        connection.Receive(head, bytes[headBytes..length]);
        _input.RemoveRange(0, length);
        return true;
    }

    private bool Send()
    {
        var consumed = memory.Read<uint>(page + ResponseConsumer);
        if (_produced - consumed > Ring)
        {
            IsBroken = true;
            return false;
        }

        var start = _produced;
        while (_produced - consumed < Ring && connection.Output.TryPeek(out var message))
        {
            memory.Write(page + Responses + (_produced++ % Ring), message[_sent++]);
            if (_sent == message.Length)
            {
                connection.Taken(connection.Output.Dequeue());
                _sent = 0;
            }
        }

        _isFull = connection.Output.Count > 0;
        memory.Write(page + ResponseProducer, _produced);
        return _produced != start;
    }
}
