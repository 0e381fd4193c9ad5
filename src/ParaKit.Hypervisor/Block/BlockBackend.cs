using System.Runtime.CompilerServices;
using ParaKit.Abi;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Devices;

namespace ParaKit.Hypervisor.Block;

/// <summary>
/// The back end of a virtual block device: requests from the ring, data between the file and the guest's own frames without a copy in between. Xen public/io/blkif.h.
/// </summary>
internal sealed class BlockBackend : IBackend
{
    private readonly DeviceHost _host;
    private readonly DeviceLink _link;
    private readonly BlockRequests _requests;
    private BackRing<BlockRequest, BlockResponse>? _ring;
    private ulong _now;

    /// <summary>Offers a device to a guest.</summary>
    /// <param name="host">The guest.</param>
    /// <param name="number">Xen's number of the device; 51712 is xvda.</param>
    /// <param name="device">The device.</param>
    /// <param name="disk">What it lies on; null for a disk of its own.</param>
    public BlockBackend(DeviceHost host, int number, VirtualBlockDevice device, PhysicalDisk? disk = null)
    {
        _host = host;
        _requests = new BlockRequests(device, host, disk ?? new PhysicalDisk()) { Step = () => Step?.Invoke() };
        _link = new DeviceLink(host, "vbd", number, Connect, Disconnect);
        _link.Offer(
            [
                ("mode", device.IsReadOnly ? "r" : "w"), ("sectors", DeviceLink.Text(device.Sectors)), ("sector-size", DeviceLink.Text(BlockRequest.SectorBytes)),
                ("info", device.IsReadOnly ? "4" : "0"), ("feature-flush-cache", "1"), ("feature-barrier", "1"), ("feature-discard", "1"),
                ("feature-max-indirect-segments", DeviceLink.Text(BlockRequests.MaximumIndirectSegments)),
            ],
            [("virtual-device", DeviceLink.Text(number)), ("device-type", "disk")]);
    }

    /// <summary>Requests answered by status and operation, bytes, and what went wrong.</summary>
    public BlockCounters Counters => _requests.Counters;

    /// <summary>Grants in use by requests.</summary>
    public int InFlight => _requests.InFlight;

    /// <summary>Called between all steps of the work, for tests that let the back end die at each.</summary>
    public Action? Step { get; set; }

    /// <inheritdoc/>
    public ulong? NextDeadline => _link.HasEvent ? 0 : _requests.NextDeadline;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        _now = now;
        _requests.Serve(now);
        if (_ring is { } ring && _link.TakeEvent())
        {
            Take(ring);
        }

        Answer();
    }

    /// <summary>Takes the device away from its guest.</summary>
    public void Remove() => _link.Remove();

    /// <summary>The back end is gone, wherever it was in its work; what it had taken from the ring and not answered is lost to it.</summary>
    public void Die()
    {
        _requests.Forget();
        _link.Die();
    }

    /// <summary>The domain is gone.</summary>
    public void Forget() => _link.Forget();

    /// <summary>It is there again, with an empty memory.</summary>
    public void Return() => _link.Return();

    private bool Connect(DeviceLink link)
    {
        var isThere = link.TryTakeRing("ring-ref", out var page);
        _ring = isThere ? new BackRing<BlockRequest, BlockResponse>(_host.Memory, page, _host.Work) : null;
        return isThere;
    }

    private void Disconnect()
    {
        _requests.Abandon();
        _ring = null;
    }

    private void Take(BackRing<BlockRequest, BlockResponse> ring)
    {
        do
        {
            while (ring.TryTake(out var request))
            {
                Step?.Invoke();
                _requests.Submit(Unsafe.BitCast<BlockRequest, BlockRequestBytes>(request), _now);
                Step?.Invoke();
            }
        }
        while (ring.FinalCheck());

        if (ring.IsBroken)
        {
            Counters.BrokenRings++;
            _link.Break();
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
            Step?.Invoke();
            ring.Put(in response);
        }

        Step?.Invoke();
        var wantsEvent = ring.Push();
        Step?.Invoke();
        if (wantsEvent)
        {
            _link.Notify();
        }
    }
}
