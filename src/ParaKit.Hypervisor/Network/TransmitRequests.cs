using ParaKit.Abi;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Memory;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>
/// Packets that a guest sends. Descriptors and headers are copied once and checked; the payload stays where it is, in frames that are in use, and so stay what they
/// are, until the packet has left.
/// </summary>
internal sealed class TransmitRequests(DeviceHost host, VirtualSwitch network, SwitchPort port)
{
    private const int MaximumPieces = 18; // XEN_NETIF_NR_SLOTS_MIN
    private const NetworkFlags Refused = NetworkFlags.ChecksumBlank | NetworkFlags.ExtraInformation;

    /// <summary>Takes the next request of a ring.</summary>
    public delegate bool TakeNext(out NetworkTransmitRequest request);

    /// <summary>Answers to be put into the ring.</summary>
    public Queue<NetworkTransmitResponse> Answers { get; } = new();

    /// <summary>Pieces whose frames are in use.</summary>
    public int InFlight { get; private set; }

    /// <summary>Takes a packet: a first piece, and those that follow it.</summary>
    public void Submit(NetworkTransmitRequest first, TakeNext next, ulong now)
    {
        List<NetworkTransmitRequest> requests = [first];
        while ((requests[^1].Flags & NetworkFlags.MoreData) != 0 && next(out var more))
        {
            requests.Add(more);
        }

        if (!AreSound(requests) || !TryAcquire(requests, out var pieces))
        {
            port.Counters.Failed++;
            Answer(requests, NetworkStatus.Error);
            return;
        }

        var header = PacketHeader.Copy(pieces, host.Memory, first.Size);
        host.Work.Copy(header.Length);
        port.Counters.HeaderBytesCopied += header.Length;
        if (!port.Passes(header, isOut: true))
        {
            Release(requests);
            Answer(requests, NetworkStatus.Dropped);
            return;
        }

        network.Send(port, new Packet(header, pieces, host.Memory, () => Finish(requests)), now);
    }

    /// <summary>The first size is that of the whole packet; each other is that of its piece.</summary>
    private static bool AreSound(List<NetworkTransmitRequest> requests)
    {
        var rest = requests.Skip(1).Sum(request => request.Size);
        var isSound = requests.Count <= MaximumPieces && (requests[^1].Flags & NetworkFlags.MoreData) == 0
            && requests[0].Size is >= EthernetFrame.HeaderBytes and <= EthernetFrame.MaximumBytes && requests[0].Size > rest;
        foreach (var (i, request) in requests.Index())
        {
            var length = i == 0 ? request.Size - rest : request.Size;
            isSound &= length > 0 && request.Offset + length <= PageTableEntries.FrameBytes && (request.Flags & Refused) == 0;
        }

        return isSound;
    }

    private bool TryAcquire(List<NetworkTransmitRequest> requests, out List<PacketPiece> pieces)
    {
        pieces = [];
        var rest = requests.Skip(1).Sum(request => request.Size);
        foreach (var request in requests)
        {
            if (host.Acquire(request.Grant, isWrite: false, out var frame) != GrantStatus.Okay)
            {
                Release(requests[..pieces.Count]);
                return false;
            }

            InFlight++;
            var length = pieces.Count == 0 ? request.Size - rest : request.Size;
            pieces.Add(new PacketPiece((frame << PageTableEntries.FrameShift) + request.Offset, length));
        }

        return true;
    }

    private void Finish(List<NetworkTransmitRequest> requests)
    {
        Release(requests);
        Answer(requests, NetworkStatus.Okay);
    }

    private void Release(List<NetworkTransmitRequest> requests)
    {
        foreach (var request in requests)
        {
            host.Release(request.Grant, isWrite: false);
            InFlight--;
        }
    }

    private void Answer(List<NetworkTransmitRequest> requests, NetworkStatus status) =>
        requests.ForEach(request => Answers.Enqueue(new NetworkTransmitResponse { Id = request.Id, Status = status }));
}
