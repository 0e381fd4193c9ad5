using System;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The front end of a virtual block device. Requests are put into the ring, pushed, and answered in any order; <see cref="Transfer"/> does one and waits.
/// Needs <see cref="GrantTable.TryInitialize"/>. Xen public/io/blkif.h.
/// </summary>
public sealed unsafe class BlockDevice
{
    /// <summary>Bytes of a sector.</summary>
    public const int SectorBytes = BlockRequest.SectorBytes;

    private const int SlotBytes = 112;
    private const uint SlotCount = 32;
    private const ulong ReadOnlyInfo = 4; // VDISK_READONLY

    private readonly SharedRing* _ring;
    private readonly DeviceFrontEnd _front;

    private readonly UnansweredRequests<BlockRequest> _unanswered = new((int)SlotCount);
    private uint _requests;
    private uint _responses;
    private GrantReference _grant;
    private ulong _lastId;

    // The back end's state may have changed.
    private bool _mustLook;

    private BlockDevice(DeviceFrontEnd front, SharedRing* ring)
    {
        _front = front;
        _ring = ring;
    }

    /// <summary>Sectors of the device.</summary>
    public ulong Sectors { get; private set; }

    /// <summary>Answers that <see cref="Wait"/> waits for, if so many are outstanding: fewer events, later answers. 1 at first.</summary>
    public uint EventThreshold { get; set; } = 1;

    /// <summary>Whether it may only be read.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>Whether the device was taken away: requests that have no answer get <see cref="BlockStatus.Error"/>, whether they were done or not.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Requests that can be put now.</summary>
    public uint Free => SlotCount - (uint)_unanswered.Count;

    /// <summary>Connects to the back end of a device.</summary>
    /// <param name="number">Xen's number of the device; 51712 is xvda.</param>
    /// <param name="page">A page of the direct map for the ring; it stays the device's.</param>
    /// <param name="device">The device.</param>
    /// <returns>False if there is no such device, or it does not come to be connected.</returns>
    public static bool TryConnect(ulong number, void* page, out BlockDevice device)
    {
        device = null;
        if (!DeviceFrontEnd.TryFind("device/vbd/"u8, number, out DeviceFrontEnd front) || !front.TryGrantRing(page, out GrantReference grant))
        {
            return false;
        }

        var made = new BlockDevice(front, (SharedRing*)page) { _grant = grant };
        if (!made.TryMeet())
        {
            front.Close();
            return false;
        }

        front.TryReadBack("/sectors"u8, out ulong sectors);
        front.TryReadBack("/info"u8, out ulong info);
        made.Sectors = sectors;
        made.IsReadOnly = (info & ReadOnlyInfo) != 0;
        device = made;
        return true;
    }

    /// <summary>Says where the ring is, which is empty, and waits until the back end uses it.</summary>
    private bool TryMeet()
    {
        *_ring = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
        _requests = 0;
        _responses = 0;
        return _front.TryWrite("/ring-ref"u8, _grant.Number)
            && _front.TryMeet(XenbusState.Initialised)
            && _front.TryWrite("/state"u8, (ulong)XenbusState.Connected);
    }

    /// <summary>Puts a request into the ring; <see cref="Push"/> shows it to the back end.</summary>
    /// <returns>False if the ring is full.</returns>
    public bool TryPut(in BlockRequest request)
    {
        if (Free == 0)
        {
            return false;
        }

        _unanswered.Add(in request, request.Id);
        *(BlockRequest*)Slot(_requests) = request;
        _requests++;
        return true;
    }

    /// <summary>Shows all requests to the back end, and tells it if it wants to be told.</summary>
    public void Push()
    {
        uint old = _ring->RequestProducer;
        Interlocked.MemoryBarrier();
        _ring->RequestProducer = _requests;
        Interlocked.MemoryBarrier();
        if (_requests - _ring->RequestEvent < _requests - old)
        {
            _front.Channel.Notify();
        }
    }

    /// <summary>Takes an answer.</summary>
    public bool TryTake(out BlockResponse response)
    {
        response = default;
        if (Volatile.Read(ref _ring->ResponseProducer) == _responses)
        {
            return IsGone && TryTakeLost(out response);
        }

        response = *(BlockResponse*)Slot(_responses);
        _responses++;
        _ring->ResponseEvent = _responses + 1;
        _unanswered.Forget(response.Id);
        return true;
    }

    /// <summary>Waits until there may be an answer. If the back end dies meanwhile, the next one gets the requests that have none.</summary>
    [MaySleep]
    public void Wait()
    {
        if (IsGone)
        {
            return;
        }

        if (HasAnswers())
        {
            return;
        }

        _mustLook |= _mustLook || _front.Wait();
        if (_mustLook && Volatile.Read(ref _ring->ResponseProducer) == _responses)
        {
            _mustLook = false;
            if (!_front.IsBackConnected())
            {
                Recover();
            }
        }
    }

    /// <summary>Says how many answers are to come before an event, and then looks.</summary>
    [FinalCheck]
    private bool HasAnswers()
    {
        uint wanted = Math.Max(1, Math.Min(EventThreshold, (uint)_unanswered.Count));
        _ring->ResponseEvent = _responses + wanted;
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _ring->ResponseProducer) - _responses >= wanted;
    }

    private bool TryTakeLost(out BlockResponse response)
    {
        uint age = uint.MaxValue;
        bool isLost = _unanswered.TryNext(ref age, out BlockRequest request);
        response = new BlockResponse { Id = request.Id, Operation = request.Operation, Status = BlockStatus.Error };
        if (isLost)
        {
            _unanswered.Forget(response.Id);
        }

        return isLost;
    }

    private void Recover()
    {
        do
        {
            if (!_front.TryAwaitBack())
            {
                IsGone = true;
                return;
            }
        }
        while (!TryMeet());

        for (uint age = uint.MaxValue; _unanswered.TryNext(ref age, out BlockRequest request);)
        {
            *(BlockRequest*)Slot(_requests) = request;
            _requests++;
        }

        Push();
    }

    /// <summary>Does a request with at most one segment, and waits until it is done.</summary>
    /// <param name="operation">What to do.</param>
    /// <param name="sector">First sector.</param>
    /// <param name="page">A page of the direct map, for operations with data.</param>
    /// <param name="count">Sectors, at most those of a page; 0 for none.</param>
    public BlockStatus Transfer(BlockOperation operation, ulong sector, void* page, int count)
    {
        var request = new BlockRequest { Operation = operation, Sector = sector, Id = ++_lastId, SegmentCount = (byte)(count > 0 ? 1 : 0) };
        if (count == 0)
        {
            return Do(in request);
        }

        bool isReadOnly = operation != BlockOperation.Read;
        if (!GrantTable.TryGrantAccess(0, Pfn.Containing((ulong)page - PageTable.KernelBase), isReadOnly, out GrantReference grant))
        {
            return BlockStatus.Error;
        }

        *(BlockSegment*)&request.Segments = new BlockSegment { Grant = grant.Number, Last = (byte)(count - 1) };
        BlockStatus status = Do(in request);
        GrantTable.TryEndAccess(grant);
        return status;
    }

    /// <summary>Puts a request, pushes it, and waits for its answer.</summary>
    public BlockStatus Do(in BlockRequest request)
    {
        TryPut(in request);
        Push();
        BlockResponse response;
        while (!TryTake(out response) || response.Id != request.Id)
        {
            Wait();
        }

        return response.Status;
    }

    private byte* Slot(uint index) => (byte*)_ring + SharedRing.HeaderBytes + (index % SlotCount * SlotBytes);
}
