using System.Globalization;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Devices;

/// <summary>
/// The life of a split device as its back end sees it: an offer in the store, state nodes of both halves, and while they are connected the rings' pages and an
/// event channel. Xen public/io/xenbus.h, "XenbusState".
/// </summary>
internal sealed class DeviceLink
{
    private readonly DeviceHost _host;
    private readonly List<uint> _rings = [];
    private readonly Func<DeviceLink, bool> _connect;
    private readonly Action _disconnect;
    private readonly StoreWatch _watch;
    private bool _isDead;
    private uint _port;

    /// <summary>Makes the link; nothing happens before <see cref="Offer"/>.</summary>
    /// <param name="host">The domain.</param>
    /// <param name="kind">Xen's name of the kind, such as "vbd".</param>
    /// <param name="number">The device's number.</param>
    /// <param name="connect">Takes the rings and what else it needs; false if that does not work.</param>
    /// <param name="disconnect">Gives up all that is in use.</param>
    public DeviceLink(DeviceHost host, string kind, int number, Func<DeviceLink, bool> connect, Action disconnect)
    {
        (_host, _connect, _disconnect) = (host, connect, disconnect);
        Back = $"/local/domain/{StoreTree.Control.Value}/backend/{kind}/{host.Guest.Value}/{number}";
        Front = $"/local/domain/{host.Guest.Value}/device/{kind}/{number}";
        _watch = new StoreWatch(Front + "/state", "state", _ => OnFrontState());
    }

    /// <summary>Path of the back end's half.</summary>
    public string Back { get; }

    /// <summary>Path of the guest's half.</summary>
    public string Front { get; }

    /// <summary>Whether both halves are connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether the guest has sent an event that was not taken.</summary>
    public bool HasEvent { get; private set; }

    /// <summary>Writes both halves and waits for the guest.</summary>
    public void Offer(IEnumerable<(string Key, string Value)> back, IEnumerable<(string Key, string Value)> front)
    {
        _host.Store.MakeFor(Back, StoreTree.Control, _host.Guest);
        _host.Store.MakeFor(Front, _host.Guest, StoreTree.Control);
        Write(Back, [("frontend", Front), ("frontend-id", Text(_host.Guest.Value)), ("online", "1"), .. back]);
        Write(Front, [("backend", Back), ("backend-id", Text(StoreTree.Control.Value)), .. front, ("state", Text((int)XenbusState.Initialising))]);
        SetState(XenbusState.InitWait);
        _host.Store.Watch(_watch);
    }

    /// <summary>No longer looks at the guest's half: the domain is gone.</summary>
    public void Forget() => _host.Store.Unwatch(_watch);

    /// <summary>Begins to use a page that the guest grants as a ring, until the end of the connection.</summary>
    /// <param name="key">Where the guest says which.</param>
    /// <param name="page">Machine address of the page.</param>
    public bool TryTakeRing(string key, out ulong page)
    {
        page = 0;
        if (!TryRead(key, out uint grant) || _host.Acquire(grant, isWrite: true, out var frame) != GrantStatus.Okay)
        {
            return false;
        }

        _rings.Add(grant);
        page = frame << PageTableEntries.FrameShift;
        return true;
    }

    /// <summary>Reads a number of the guest's half.</summary>
    public bool TryRead(string key, out uint value) =>
        uint.TryParse(_host.Store[$"{Front}/{key}"], NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Takes note that the event was seen.</summary>
    public bool TakeEvent()
    {
        var had = HasEvent;
        HasEvent = false;
        return had;
    }

    /// <summary>Sends the guest an event.</summary>
    public void Notify() => _host.Notify(_port);

    /// <summary>The guest broke the protocol: the connection ends.</summary>
    public void Break() => End(XenbusState.Closing);

    /// <summary>The device is taken away: the guest sees that it closes.</summary>
    public void Remove()
    {
        _host.Store.Set(Back + "/online", "0");
        End(XenbusState.Closing);
    }

    /// <summary>The back end's domain is gone: what it had in use is free, what it knew is lost, and the guest sees it closed.</summary>
    public void Die()
    {
        _isDead = true;
        End(XenbusState.Closed);
    }

    /// <summary>A new back end is there: it waits for the guest to connect anew.</summary>
    public void Return()
    {
        _isDead = false;
        SetState(XenbusState.InitWait);
    }

    private void OnFrontState()
    {
        if (_isDead)
        {
            return;
        }

        switch (int.TryParse(_host.Store[Front + "/state"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (XenbusState)number : XenbusState.Unknown)
        {
            case XenbusState.Initialised or XenbusState.Connected when !IsConnected:
                Connect();
                break;
            case XenbusState.Closing or XenbusState.Closed or XenbusState.Unknown when IsConnected:
                End(XenbusState.Closed);
                break;
            case XenbusState.Initialising when !IsConnected && _host.Store[Back + "/state"] != Text((int)XenbusState.InitWait):
                SetState(XenbusState.InitWait);
                break;
            default:
                break;
        }
    }

    private void Connect()
    {
        // Events may have been sent before the connection.
        HasEvent = true;
        IsConnected = TryRead("event-channel", out _port) && _connect(this)
            && _host.Events.ConnectBackend(StoreTree.Control, _port, () => HasEvent = true) == Errno.None;
        if (IsConnected)
        {
            SetState(XenbusState.Connected);
        }
        else
        {
            End(XenbusState.Closing);
        }
    }

    private void End(XenbusState state)
    {
        if (IsConnected)
        {
            _host.Events.DisconnectBackend(_port);
        }

        _disconnect();
        _rings.ForEach(grant => _host.Release(grant, isWrite: true));
        _rings.Clear();
        (IsConnected, HasEvent) = (false, false);
        SetState(state);
    }

    private void SetState(XenbusState state) => _host.Store.Set(Back + "/state", Text((int)state));

    private void Write(string folder, IEnumerable<(string Key, string Value)> values)
    {
        foreach (var (key, value) in values)
        {
            _host.Store.Set($"{folder}/{key}", value);
        }
    }

    /// <summary>A number as the store has it.</summary>
    public static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
