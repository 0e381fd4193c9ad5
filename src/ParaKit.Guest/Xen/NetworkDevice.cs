using System;
using System.Threading;
using ParaKit.Abi;
using ParaKit.Network;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The front end of a virtual network interface. Pages for packets to come are exchanged for pages with packets, or copied into, as asked for. Needs
/// <see cref="GrantTable.TryInitialize"/>. Xen public/io/netif.h.
/// </summary>
public sealed unsafe class NetworkDevice
{
    /// <summary>Pages that <see cref="TryConnect"/> takes.</summary>
    public const int PageCount = ReceivePage + ReceiveCount;

    /// <summary>Packets to come that have a page.</summary>
    public const int ReceiveCount = 32;

    /// <summary>Packets that can be on their way at a time.</summary>
    public const int TransmitCount = 16;

    private const ushort BackDomain = 0;
    private const int TransmitPage = 2;
    private const int ReceivePage = TransmitPage + (TransmitCount / BuffersPerPage);
    private const int BuffersPerPage = 2;
    private const int BufferBytes = (int)PageTable.PageSize / BuffersPerPage;
    private const int Nothing = -1;

    private readonly byte* _pages;
    private readonly bool _flips;
    private readonly DeviceFrontEnd _front;
    private readonly GrantReference[] _transmitGrants = new GrantReference[TransmitCount / BuffersPerPage];
    private readonly GrantReference[] _receiveGrants = new GrantReference[ReceiveCount];

    private readonly bool[] _isOnItsWay = new bool[TransmitCount];
    private readonly UnansweredRequests<NetworkTransmitRequest> _unanswered = new((int)RingSlots.Transmit);
    private GrantReference _transmitRingGrant;
    private GrantReference _receiveRingGrant;
    private uint _sent;
    private uint _sentTaken;
    private uint _posted;
    private uint _received;
    private int _held = Nothing;

    // The back end's state may have changed.
    private bool _mustLook;

    private NetworkDevice(DeviceFrontEnd front, byte* pages, bool flips)
    {
        _front = front;
        _pages = pages;
        _flips = flips;
    }

    /// <summary>Its Ethernet address.</summary>
    public ulong Hardware { get; private set; }

    /// <summary>The status of the packet that was answered last.</summary>
    public NetworkStatus LastStatus { get; private set; }

    /// <summary>Requests to send that have no answer yet.</summary>
    public int OnTheirWay => _unanswered.Count;

    /// <summary>Whether the interface was taken away: frames that are sent vanish, and none come.</summary>
    public bool IsGone { get; private set; }

    private SharedRing* TransmitRing => (SharedRing*)_pages;

    private SharedRing* ReceiveRing => (SharedRing*)(_pages + PageTable.PageSize);

    /// <summary>Connects to the back end of an interface.</summary>
    /// <param name="number">Xen's number of the device; 0 is the first.</param>
    /// <param name="pages"><see cref="PageCount"/> pages of the direct map, one after the other; they stay the device's.</param>
    /// <param name="flips">Whether pages with packets come in exchange for empty ones; false has the back end copy.</param>
    /// <param name="device">The interface.</param>
    /// <returns>False if there is no such interface, or it does not come to be connected.</returns>
    public static bool TryConnect(ulong number, void* pages, bool flips, out NetworkDevice device)
    {
        device = null;
        if (!DeviceFrontEnd.TryFind("device/vif/"u8, number, out DeviceFrontEnd front))
        {
            return false;
        }

        var made = new NetworkDevice(front, (byte*)pages, flips);
        if (!made.TryReadHardware() || !made.TryPrepare())
        {
            front.Close();
            return false;
        }

        for (int i = 0; i < ReceiveCount; i++)
        {
            made.GiveUp(i);
        }

        if (!made.TryMeet())
        {
            front.Close();
            return false;
        }

        device = made;
        return true;
    }

    /// <summary>Sends a frame, which is copied into a buffer that the back end can read.</summary>
    /// <returns>False if all buffers are on their way, or the frame is too long or too short.</returns>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        bool isSound = frame.Length is >= EthernetFrame.HeaderBytes and <= EthernetFrame.MaximumBytes;
        if (!isSound || IsGone)
        {
            return isSound;
        }

        int buffer = FindFree();
        if (buffer == Nothing)
        {
            return false;
        }

        frame.CopyTo(Buffer(buffer));
        _isOnItsWay[buffer] = true;
        TryPut(new NetworkTransmitRequest
        {
            Grant = _transmitGrants[buffer / BuffersPerPage].Number,
            Offset = (ushort)(buffer % BuffersPerPage * BufferBytes),
            Id = (ushort)buffer,
            Size = (ushort)frame.Length,
        });
        PushSent();
        return true;
    }

    /// <summary>A buffer of those that are sent from; what is written to one on its way may still go out.</summary>
    public Span<byte> Buffer(int number) =>
        new(_pages + (TransmitPage * PageTable.PageSize) + (ulong)(number * BufferBytes), BufferBytes);

    /// <summary>Puts any request into the ring, for those who want to say it themselves; <see cref="PushSent"/> shows it to the back end.</summary>
    /// <returns>False if the ring is full.</returns>
    public bool TryPut(in NetworkTransmitRequest request)
    {
        bool fits = _sent - _sentTaken < RingSlots.Transmit;
        if (fits)
        {
            _unanswered.Add(in request, request.Id);
            PutAgain(in request);
        }

        return fits;
    }

    /// <summary>Shows requests to the back end, and tells it if it wants to be told.</summary>
    public void PushSent() => Push(TransmitRing, _sent);

    private void PutAgain(in NetworkTransmitRequest request)
    {
        ((NetworkTransmitRequest*)((byte*)TransmitRing + SharedRing.HeaderBytes))[_sent % RingSlots.Transmit] = request;
        _sent++;
    }

    /// <summary>Takes the answers to what was sent; true if there were any.</summary>
    public bool TryTakeSent()
    {
        SharedRing* ring = TransmitRing;
        bool hasTaken = false;
        while (Volatile.Read(ref ring->ResponseProducer) != _sentTaken)
        {
            var response = *(NetworkTransmitResponse*)((byte*)ring + SharedRing.HeaderBytes + (_sentTaken % RingSlots.Transmit * RingSlots.TransmitBytes));
            _sentTaken++;
            _unanswered.Forget(response.Id);
            LastStatus = response.Status;
            if (response.Id < TransmitCount)
            {
                _isOnItsWay[response.Id] = false;
            }

            ring->ResponseEvent = _sentTaken + 1;
            hasTaken = true;
        }

        return hasTaken;
    }

    /// <summary>Takes the next frame that has come; it is valid until the next call.</summary>
    /// <param name="length">Bytes of it.</param>
    /// <returns>The frame, null if there is none.</returns>
    public byte* Receive(out int length)
    {
        if (_held != Nothing)
        {
            GiveUp(_held);
            Post(_held);
            Push(ReceiveRing, _posted);
            _held = Nothing;
        }

        length = 0;
        SharedRing* ring = ReceiveRing;
        while (Volatile.Read(ref ring->ResponseProducer) != _received)
        {
            var response = ((NetworkReceiveResponse*)((byte*)ring + SharedRing.HeaderBytes))[_received % RingSlots.Receive];
            _received++;
            ring->ResponseEvent = _received + 1;
            Interlocked.MemoryBarrier(); // the next look is the final check
            if (TryTakePage(response))
            {
                _held = response.Id;
                length = response.Status;
                return ReceiveBuffer(response.Id) + response.Offset;
            }
        }

        return null;
    }

    /// <summary>Delivers the back end's events as interrupts; see <see cref="EventChannel.DeliverAs"/>.</summary>
    public void DeliverAs(int line)
    {
        _front.Channel.DeliverAs(line);
        _front.Channel.Unmask();
    }

    /// <summary>Sleeps until something may have come, or been sent. If the back end dies meanwhile, the next one gets what it has not sent; what it had not delivered is lost.</summary>
    /// <param name="until">System time at which to give up; 0 is never.</param>
    [MaySleep]
    public void Wait(ulong until = 0)
    {
        if (HasAnswers())
        {
            return;
        }

        _mustLook |= _mustLook || _front.Wait(until);
        if (_mustLook && !HasAnswers())
        {
            _mustLook = false;
            if (!IsGone && !_front.IsBackConnected())
            {
                Recover();
            }
        }
    }

    private void Recover()
    {
        Reclaim();
        do
        {
            if (!_front.TryAwaitBack())
            {
                IsGone = true;
                return;
            }
        }
        while (!TryMeet());

        for (uint age = uint.MaxValue; _unanswered.TryNext(ref age, out NetworkTransmitRequest request);)
        {
            PutAgain(in request);
        }

        PushSent();
    }

    /// <summary>Pages that were given for packets of which nobody told are offered anew.</summary>
    private void Reclaim()
    {
        for (int i = 0; _flips && i < ReceiveCount; i++)
        {
            if (i != _held && TryTakeFrame(i))
            {
                GiveUp(i);
            }
        }
    }

    /// <summary>Asks to be told of the next answer of each ring, and then looks.</summary>
    [FinalCheck]
    private bool HasAnswers()
    {
        ReceiveRing->ResponseEvent = _received + 1;
        TransmitRing->ResponseEvent = _sentTaken + 1;
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref ReceiveRing->ResponseProducer) != _received || Volatile.Read(ref TransmitRing->ResponseProducer) != _sentTaken;
    }

    private byte* ReceiveBuffer(int number) => _pages + ((ulong)(ReceivePage + number) * PageTable.PageSize);

    private int FindFree()
    {
        TryTakeSent();
        for (int i = 0; i < TransmitCount; i++)
        {
            if (!_isOnItsWay[i])
            {
                return i;
            }
        }

        return Nothing;
    }

    /// <summary>"00:16:3e:..."</summary>
    private bool TryReadHardware()
    {
        const int Characters = 17;
        const int PerByte = 3;
        Span<byte> text = stackalloc byte[Characters];
        if (!_front.TryRead("/mac"u8, text, out int length) || length != Characters)
        {
            return false;
        }

        ulong hardware = 0;
        for (int i = 0; i < Characters; i++)
        {
            if (i % PerByte != 2)
            {
                hardware = (hardware << 4) | (uint)(text[i] >= 'a' ? text[i] - 'a' + 10 : text[i] - '0');
            }
        }

        Hardware = hardware;
        return true;
    }

    private bool TryPrepare()
    {
        for (int i = 0; i < _transmitGrants.Length; i++)
        {
            if (!TryGrant(_pages + ((ulong)(TransmitPage + i) * PageTable.PageSize), isReadOnly: true, out _transmitGrants[i]))
            {
                return false;
            }
        }

        for (int i = 0; !_flips && i < ReceiveCount; i++)
        {
            if (!TryGrant(ReceiveBuffer(i), isReadOnly: false, out _receiveGrants[i]))
            {
                return false;
            }
        }

        return _front.TryGrantRing(TransmitRing, out _transmitRingGrant) && _front.TryGrantRing(ReceiveRing, out _receiveRingGrant);
    }

    private static bool TryGrant(byte* page, bool isReadOnly, [AcquiresGrant] out GrantReference grant) =>
        GrantTable.TryGrantAccess(BackDomain, Pfn.Containing((ulong)page - PageTable.KernelBase), isReadOnly, out grant);

    /// <summary>Says where the rings are, of which one is empty and the other offers all pages, and waits until the back end uses them.</summary>
    private bool TryMeet()
    {
        *TransmitRing = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
        *ReceiveRing = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
        _sent = _sentTaken = _posted = _received = 0;
        for (int i = 0; i < ReceiveCount; i++)
        {
            if (i != _held)
            {
                Post(i);
            }
        }

        Volatile.Write(ref ReceiveRing->RequestProducer, _posted);
        return _front.TryWrite("/tx-ring-ref"u8, _transmitRingGrant.Number)
            && _front.TryWrite("/rx-ring-ref"u8, _receiveRingGrant.Number)
            && _front.TryWrite("/request-rx-copy"u8, _flips ? 0UL : 1)
            && _front.TryWrite("/feature-rx-notify"u8, 1)
            && _front.TryMeet(XenbusState.Connected);
    }

    /// <summary>A page that is to be exchanged for one with a packet: its frame goes back to Xen.</summary>
    private void GiveUp(int number)
    {
        if (_flips && !Domain.TryGiveUpFrame(ReceiveBuffer(number)))
        {
            Platform.Fail("a page cannot be exchanged");
        }

        Accept(number);
    }

    private void Accept(int number)
    {
        if (_flips && !GrantTable.TryAcceptTransfer(BackDomain, out _receiveGrants[number]))
        {
            Platform.Fail("a page cannot be exchanged");
        }
    }

    /// <summary>Offers a page for a packet to come.</summary>
    private void Post(int number)
    {
        ((NetworkReceiveRequest*)((byte*)ReceiveRing + SharedRing.HeaderBytes))[_posted % RingSlots.Receive] = new NetworkReceiveRequest { Id = (ushort)number, Grant = _receiveGrants[number].Number };
        _posted++;
    }

    /// <summary>The page of an answer; one without a packet is offered again.</summary>
    private bool TryTakePage(NetworkReceiveResponse response)
    {
        if (response.Status > 0 && (!_flips || TryTakeFrame(response.Id)))
        {
            return true;
        }

        Post(response.Id);
        Push(ReceiveRing, _posted);
        return false;
    }

    /// <summary>Takes the frame that was given for a page; if none was, the page stays offered.</summary>
    private bool TryTakeFrame(int number)
    {
        bool isGiven = GrantTable.TryEndTransfer(_receiveGrants[number], out Mfn frame);
        if (isGiven)
        {
            Domain.PutFrame(ReceiveBuffer(number), frame);
        }
        else
        {
            Accept(number);
        }

        return isGiven;
    }

    private void Push(SharedRing* ring, uint produced)
    {
        uint old = ring->RequestProducer;
        Interlocked.MemoryBarrier();
        ring->RequestProducer = produced;
        Interlocked.MemoryBarrier();
        if (produced - ring->RequestEvent < produced - old)
        {
            _front.Channel.Notify();
        }
    }

    /// <summary>Slots of the two rings.</summary>
    private static class RingSlots
    {
        public const uint Transmit = 256;
        public const uint Receive = 256;
        public const uint TransmitBytes = 12;
    }
}
