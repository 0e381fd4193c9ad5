using System.Globalization;
using System.Runtime.CompilerServices;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Block;

/// <summary>
/// The back end of a virtual block device: life cycle by state nodes, requests from the ring, data between the file and the guest's own frames without a
/// copy in between. Xen public/io/blkif.h.
/// </summary>
internal sealed class BlockBackend : IBackend
{
    private readonly DomainId _guest;
    private readonly XenStore _store;
    private readonly GrantTable _grants;
    private readonly EventChannelTable _events;
    private readonly PhysicalMemory _memory;
    private readonly string _back;
    private readonly string _front;
    private readonly BlockRequests _requests;
    private BackRing<BlockRequest, BlockResponse>? _ring;
    private uint _ringGrant;
    private uint _port;
    private bool _hasEvent;
    private ulong _now;

    /// <summary>Offers a device to a guest.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="number">Xen's number of the device; 51712 is xvda.</param>
    /// <param name="device">The device.</param>
    /// <param name="store">Where both halves meet.</param>
    /// <param name="grants">What the guest lets us use.</param>
    /// <param name="events">Its ports.</param>
    /// <param name="memory">The machine's memory.</param>
    public BlockBackend(
        DomainId guest, int number, VirtualBlockDevice device, XenStore store, GrantTable grants, EventChannelTable events, PhysicalMemory memory)
    {
        (_guest, _store, _grants, _events, _memory) = (guest, store, grants, events, memory);
        _back = $"/local/domain/0/backend/vbd/{guest.Value}/{number}";
        _front = $"/local/domain/{guest.Value}/device/vbd/{number}";
        _requests = new BlockRequests(device, grants, memory);
        Offer(number, device);
        store.Watch(new StoreWatch(_front + "/state", "state", _ => OnFrontState()));
    }

    /// <summary>Requests answered by status and operation, bytes, and what went wrong.</summary>
    public BlockCounters Counters => _requests.Counters;

    /// <summary>Grants in use by requests.</summary>
    public int InFlight => _requests.InFlight;

    /// <inheritdoc/>
    public ulong? NextDeadline => _hasEvent ? 0 : _requests.NextDeadline;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        _now = now;
        _requests.Serve(now);
        if (_hasEvent && _ring is { } ring)
        {
            _hasEvent = false;
            Take(ring);
        }

        Answer();
    }

    private void Offer(int number, VirtualBlockDevice device)
    {
        var control = StoreTree.Control;
        _store.MakeFor(_back, control, _guest);
        _store.MakeFor(_front, _guest, control);
        (string Key, string Value)[] back =
        [
            ("frontend", _front), ("frontend-id", Text(_guest.Value)), ("online", "1"), ("mode", device.IsReadOnly ? "r" : "w"),
            ("sectors", Text(device.Sectors)), ("sector-size", Text(BlockRequest.SectorBytes)), ("info", device.IsReadOnly ? "4" : "0"),
            ("feature-flush-cache", "1"), ("feature-barrier", "1"), ("feature-discard", "1"), ("feature-max-indirect-segments", Text(BlockRequests.MaximumIndirectSegments)),
        ];
        foreach (var (key, value) in back)
        {
            _store.Set($"{_back}/{key}", value);
        }

        (string Key, string Value)[] front =
            [("backend", _back), ("backend-id", "0"), ("virtual-device", Text(number)), ("device-type", "disk"), ("state", Text((int)XenbusState.Initialising))];
        foreach (var (key, value) in front)
        {
            _store.Set($"{_front}/{key}", value);
        }

        SetState(XenbusState.InitWait);
    }

    private void OnFrontState()
    {
        var state = int.TryParse(_store[_front + "/state"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (XenbusState)number : XenbusState.Unknown;
        switch (state)
        {
            case XenbusState.Initialised or XenbusState.Connected when _ring is null:
                SetState(TryConnect() ? XenbusState.Connected : XenbusState.Closing);
                break;
            case XenbusState.Closing or XenbusState.Closed or XenbusState.Unknown when _ring is not null:
                Disconnect();
                SetState(XenbusState.Closed);
                break;
            case XenbusState.Initialising when _ring is null && _store[_back + "/state"] != Text((int)XenbusState.InitWait):
                SetState(XenbusState.InitWait);
                break;
            default:
                break;
        }
    }

    private bool TryConnect()
    {
        if (!TryRead("ring-ref", out _ringGrant) || !TryRead("event-channel", out _port)
            || _grants.Acquire(_ringGrant, StoreTree.Control, isWrite: true, out var frame) != GrantStatus.Okay)
        {
            return false;
        }

        if (_events.ConnectBackend(StoreTree.Control, _port, () => _hasEvent = true) != Errno.None)
        {
            _grants.Release(_ringGrant, isWrite: true);
            return false;
        }

        _ring = new BackRing<BlockRequest, BlockResponse>(_memory, frame << PageTableEntries.FrameShift);

        // Requests may have come before the connection.
        _hasEvent = true;
        return true;
    }

    private void Disconnect()
    {
        _requests.Abandon();
        _events.DisconnectBackend(_port);
        _grants.Release(_ringGrant, isWrite: true);
        (_ring, _hasEvent) = (null, false);
    }

    private void Take(BackRing<BlockRequest, BlockResponse> ring)
    {
        do
        {
            while (ring.TryTake(out var request))
            {
                _requests.Submit(Unsafe.BitCast<BlockRequest, BlockRequestBytes>(request), _now);
            }
        }
        while (ring.FinalCheck());

        if (ring.IsBroken)
        {
            Counters.BrokenRings++;
            Disconnect();
            SetState(XenbusState.Closing);
        }
    }

    private void Answer()
    {
        if (_ring is not { } ring || _requests.Answers.Count == 0)
        {
            return;
        }

        while (_requests.Answers.TryDequeue(out var response))
        {
            ring.Put(in response);
        }

        if (ring.Push())
        {
            _events.NotifyFromBackend(_port);
        }
    }

    private bool TryRead(string key, out uint value) => uint.TryParse(_store[$"{_front}/{key}"], NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private void SetState(XenbusState state) => _store.Set(_back + "/state", Text((int)state));

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
