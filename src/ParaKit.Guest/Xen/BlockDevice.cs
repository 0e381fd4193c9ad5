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

    private const int PathBytes = 96;
    private const int SlotBytes = 112;
    private const uint SlotCount = 32;
    private const ulong ReadOnlyInfo = 4; // VDISK_READONLY

    private readonly SharedRing* _ring;
    private readonly EventChannel _channel;
    private readonly GrantReference _grant;
    private uint _requests;
    private uint _responses;
    private ulong _lastId;

    private BlockDevice(SharedRing* ring, EventChannel channel, GrantReference grant)
    {
        _ring = ring;
        _channel = channel;
        _grant = grant;
    }

    /// <summary>Sectors of the device.</summary>
    public ulong Sectors { get; private set; }

    /// <summary>Whether it may only be read.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>Requests that can be put now.</summary>
    public uint Free => SlotCount - (_requests - _responses);

    /// <summary>Connects to the back end of a device.</summary>
    /// <param name="number">Xen's number of the device; 51712 is xvda.</param>
    /// <param name="page">A page of the direct map for the ring; it stays the device's.</param>
    /// <param name="device">The device.</param>
    /// <returns>False if there is no such device, or it does not come to be connected.</returns>
    public static bool TryConnect(ulong number, void* page, out BlockDevice device)
    {
        device = null;
        Span<byte> front = stackalloc byte[PathBytes];
        front = front.Slice(0, DevicePath(front, number));
        Span<byte> back = stackalloc byte[PathBytes];
        if (!XenStore.TryRead(Join(stackalloc byte[PathBytes * 2], front, "/backend"u8), back, out int backLength))
        {
            return false;
        }

        back = back.Slice(0, backLength);
        if (EventChannel.AllocateUnbound(0, out EventChannel channel) != Errno.None)
        {
            return false;
        }

        channel.Mask();
        if (!GrantTable.TryGrantAccess(0, Pfn.Containing((ulong)page - PageTable.KernelBase), isReadOnly: false, out GrantReference grant))
        {
            channel.Close();
            return false;
        }

        var made = new BlockDevice((SharedRing*)page, channel, grant);
        *(SharedRing*)page = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
        if (!made.TryMeet(front, back))
        {
            channel.Close();
            return false;
        }

        device = made;
        return true;
    }

    private bool TryMeet(ReadOnlySpan<byte> front, ReadOnlySpan<byte> back)
    {
        Span<byte> path = stackalloc byte[PathBytes * 2];
        bool isTold = XenStore.TryWriteNumber(Join(path, front, "/ring-ref"u8), _grant.Number)
            && XenStore.TryWriteNumber(Join(path, front, "/event-channel"u8), _channel.Port)
            && XenStore.TryWrite(Join(path, front, "/protocol"u8), "x86_64-abi"u8)
            && XenStore.TryWriteNumber(Join(path, front, "/state"u8), (ulong)XenbusState.Initialised);
        if (!isTold || !WaitForConnection(Join(path, back, "/state"u8)))
        {
            return false;
        }

        XenStore.TryReadNumber(Join(path, back, "/sectors"u8), out ulong sectors);
        XenStore.TryReadNumber(Join(path, back, "/info"u8), out ulong info);
        Sectors = sectors;
        IsReadOnly = (info & ReadOnlyInfo) != 0;
        return XenStore.TryWriteNumber(Join(path, front, "/state"u8), (ulong)XenbusState.Connected);
    }

    /// <summary>Puts a request into the ring; <see cref="Push"/> shows it to the back end.</summary>
    /// <returns>False if the ring is full.</returns>
    public bool TryPut(in BlockRequest request)
    {
        if (Free == 0)
        {
            return false;
        }

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
            _channel.Notify();
        }
    }

    /// <summary>Takes an answer.</summary>
    public bool TryTake(out BlockResponse response)
    {
        response = default;
        if (Volatile.Read(ref _ring->ResponseProducer) == _responses)
        {
            return false;
        }

        response = *(BlockResponse*)Slot(_responses);
        _responses++;
        _ring->ResponseEvent = _responses + 1;
        return true;
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
            _channel.Wait();
        }

        return response.Status;
    }

    private byte* Slot(uint index) => (byte*)_ring + SharedRing.HeaderBytes + (index % SlotCount * SlotBytes);

    private static bool WaitForConnection(ReadOnlySpan<byte> path)
    {
        const int Attempts = 1000;
        for (int i = 0; i < Attempts; i++)
        {
            if (XenStore.TryReadNumber(path, out ulong state) && state >= (ulong)XenbusState.Connected)
            {
                return state == (ulong)XenbusState.Connected;
            }

            Hypercall.SchedulerOp(SchedulerOperation.Yield, null);
        }

        return false;
    }

    private static int DevicePath(Span<byte> path, ulong number)
    {
        ReadOnlySpan<byte> start = "device/vbd/"u8;
        start.CopyTo(path);
        int length = start.Length;
        ulong divisor = 1;
        while (number / divisor >= 10)
        {
            divisor *= 10;
        }

        for (; divisor > 0; divisor /= 10)
        {
            path[length++] = (byte)('0' + (number / divisor % 10));
        }

        return length;
    }

    private static ReadOnlySpan<byte> Join(Span<byte> buffer, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        first.CopyTo(buffer);
        second.CopyTo(buffer.Slice(first.Length));
        return buffer.Slice(0, first.Length + second.Length);
    }
}
