using ParaKit.Abi;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Block;

/// <summary>
/// Requests of one guest to one device. Each is a copy, checked as a whole before anything happens; the guest's frames are in use, and so stay what they
/// are, from then until the answer. Data goes between file and frame directly.
/// </summary>
internal sealed class BlockRequests(VirtualBlockDevice device, DeviceHost host, PhysicalDisk disk)
{
    /// <summary>Segments of an indirect request at most.</summary>
    public const int MaximumIndirectSegments = 64;

    private const int SectorsPerPage = PageTableEntries.FrameBytes / BlockRequest.SectorBytes;
    private const int SegmentsPerPage = PageTableEntries.FrameBytes / 8;

    private readonly DiskSchedule _schedule = new(disk);
    private readonly List<Transfer> _transfers = [];

    /// <summary>One segment, with its frame in use.</summary>
    private readonly record struct Piece(uint Grant, ulong Address, int Sectors);

    /// <summary>The frames of a request in use.</summary>
    private sealed record Transfer(List<Piece> Pieces, bool IsRead);

    /// <summary>What has been done.</summary>
    public BlockCounters Counters { get; } = new();

    /// <summary>Answers to be put into the ring.</summary>
    public Queue<BlockResponse> Answers { get; } = new();

    /// <summary>Segments whose frames are in use.</summary>
    public int InFlight { get; private set; }

    /// <summary>Called before and after each execution, for tests that let the back end die there.</summary>
    public Action? Step { get; init; }

    /// <summary>When the disk is done with something; null if it has nothing to do.</summary>
    public ulong? NextDeadline => Answers.Count > 0 ? 0 : _schedule.NextDeadline;

    /// <summary>Finishes what is done by now.</summary>
    public void Serve(ulong now) => _schedule.Serve(now);

    /// <summary>The ring is gone: what is on its way is done, and nobody is told.</summary>
    public void Abandon()
    {
        _schedule.Drain();
        Answers.Clear();
    }

    /// <summary>All that is on its way is lost: nothing of it is done from now on, and nobody is told.</summary>
    public void Forget()
    {
        _schedule.Clear();
        Answers.Clear();
        _transfers.ToList().ForEach(Release);
    }

    /// <summary>Takes a request.</summary>
    public void Submit(BlockRequestBytes request, ulong now)
    {
        var plain = request.Plain;
        switch (plain.Operation)
        {
            case BlockOperation.Read or BlockOperation.Write or BlockOperation.WriteBarrier:
                Start(plain.Id, plain.Operation, plain.Operation, plain.Sector, plain.SegmentCount, i => plain.Segments[i], now, plain.Operation == BlockOperation.WriteBarrier);
                break;
            case BlockOperation.Indirect:
                SubmitIndirect(in request, now);
                break;
            case BlockOperation.FlushDiskCache:
                Schedule(0, 0, isBarrier: true, now, () => Try(plain.Id, plain.Operation, device.Flush));
                break;
            case BlockOperation.Discard:
                Discard(plain, now);
                break;
            default:
                Answer(plain.Id, plain.Operation, BlockStatus.NotSupported);
                break;
        }
    }

    private void Discard(BlockRequest request, ulong now)
    {
        if (!device.TryTranslate(request.Sector, request.SectorCount, isWrite: true, out var parts))
        {
            Answer(request.Id, request.Operation, BlockStatus.Error);
            return;
        }

        // It takes no longer than to say so.
        Schedule(request.Sector, 0, isBarrier: false, now, () => Try(request.Id, request.Operation, () => parts.ForEach(part => part.Extent.File.Discard(part.Sector, part.Count))));
    }

    private void SubmitIndirect(in BlockRequestBytes request, ulong now)
    {
        var (id, operation, count) = (request.Plain.Id, request.IndirectOperation, (int)request.IndirectSegmentCount);
        if (operation is not (BlockOperation.Read or BlockOperation.Write) || count > MaximumIndirectSegments)
        {
            Answer(id, BlockOperation.Indirect, BlockStatus.Error);
            return;
        }

        var segments = new BlockSegment[count];
        for (var i = 0; i < count; i += SegmentsPerPage)
        {
            var grant = request.IndirectPages[i / SegmentsPerPage];
            if (host.Acquire(grant, isWrite: false, out var frame) != GrantStatus.Okay)
            {
                Answer(id, BlockOperation.Indirect, BlockStatus.Error);
                return;
            }

            for (var j = i; j < Math.Min(count, i + SegmentsPerPage); j++)
            {
                segments[j] = host.Memory.Read<BlockSegment>((frame << PageTableEntries.FrameShift) + ((ulong)(j - i) * 8));
            }

            host.Release(grant, isWrite: false);
        }

        Start(id, BlockOperation.Indirect, operation, request.Plain.Sector, count, i => segments[i], now, isBarrier: false, MaximumIndirectSegments);
    }

    private void Start(
        ulong id, BlockOperation named, BlockOperation operation, ulong sector, int count, Func<int, BlockSegment> segment, ulong now, bool isBarrier, int most = BlockRequest.MaximumSegments)
    {
        var isRead = operation == BlockOperation.Read;
        var transfer = new Transfer([], isRead);
        _transfers.Add(transfer);
        var sectors = 0UL;
        var isGood = count <= most && (count > 0 || isBarrier);
        for (var i = 0; isGood && i < count; i++)
        {
            isGood = TryTake(segment(i), isRead, out var piece);
            if (isGood)
            {
                transfer.Pieces.Add(piece);
                sectors += (ulong)piece.Sectors;
            }
        }

        if (!isGood || !device.TryTranslate(sector, sectors, !isRead, out var parts))
        {
            Release(transfer);
            Answer(id, named, BlockStatus.Error);
            return;
        }

        Schedule(sector, sectors, isBarrier, now, () =>
        {
            Step?.Invoke();
            Try(id, named, () => Move(parts, transfer.Pieces, isRead, isBarrier));
            Step?.Invoke();
            Release(transfer);
        });
    }

    /// <summary>Checks a segment and begins to use its frame. What is read from the disk is written to the frame.</summary>
    private bool TryTake(BlockSegment segment, bool isRead, out Piece piece)
    {
        piece = default;
        if (segment.First > segment.Last || segment.Last >= SectorsPerPage
            || host.Acquire(segment.Grant, isWrite: isRead, out var frame) != GrantStatus.Okay)
        {
            return false;
        }

        piece = new Piece(segment.Grant, (frame << PageTableEntries.FrameShift) + ((ulong)segment.First * BlockRequest.SectorBytes), segment.Last - segment.First + 1);
        InFlight++;
        return true;
    }

    private void Release(Transfer transfer)
    {
        foreach (var piece in transfer.Pieces)
        {
            host.Release(piece.Grant, isWrite: transfer.IsRead);
            InFlight--;
        }

        _transfers.Remove(transfer);
    }

    /// <summary>A barrier is one for durability, too: what came before is durable first, and it is before what comes after.</summary>
    private void Move(List<(BlockExtent Extent, ulong Sector, ulong Count)> parts, List<Piece> pieces, bool isRead, bool isBarrier)
    {
        if (isBarrier)
        {
            device.Flush();
        }

        Move(parts, pieces, isRead);
        if (isBarrier)
        {
            device.Flush();
        }
    }

    private void Move(List<(BlockExtent Extent, ulong Sector, ulong Count)> parts, List<Piece> pieces, bool isRead)
    {
        Counters.Reads += isRead ? 1 : 0;
        Counters.Writes += isRead ? 0 : 1;
        var (part, done) = (0, 0UL);
        foreach (var piece in pieces)
        {
            for (var at = 0; at < piece.Sectors;)
            {
                var (extent, sector, count) = parts[part];
                var here = (int)Math.Min((ulong)(piece.Sectors - at), count - done);
                var bytes = host.Memory.Span(piece.Address + ((ulong)at * BlockRequest.SectorBytes), here * BlockRequest.SectorBytes);
                MoveBytes(extent.File, sector + done, bytes, isRead);
                at += here;
                done += (ulong)here;
                (part, done) = done == count ? (part + 1, 0) : (part, done);
            }
        }
    }

    private void MoveBytes(IBlockMedium file, ulong sector, Span<byte> bytes, bool isRead)
    {
        if (!isRead)
        {
            file.Write(sector, bytes);
            Counters.BytesWritten += bytes.Length;
        }
        else if (file.TryRead(sector, bytes))
        {
            Counters.BytesRead += bytes.Length;
        }
        else
        {
            throw new IOException("The file has become shorter.");
        }
    }

    private void Schedule(ulong sector, ulong sectors, bool isBarrier, ulong now, Action execute) =>
        _schedule.Add(new DiskRequest(sector, sectors, isBarrier, execute), now);

    /// <summary>What the host's file refuses is the request's error, not the end of the run.</summary>
    private void Try(ulong id, BlockOperation operation, Action action)
    {
        try
        {
            action();
            Answer(id, operation, BlockStatus.Okay);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Answer(id, operation, BlockStatus.Error);
        }
    }

    private void Answer(ulong id, BlockOperation operation, BlockStatus status)
    {
        Counters.Done += status == BlockStatus.Okay ? 1 : 0;
        Counters.Failed += status == BlockStatus.Okay ? 0 : 1;
        Answers.Enqueue(new BlockResponse { Id = id, Operation = operation, Status = status });
    }
}
