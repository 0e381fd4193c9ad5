using System;

namespace ParaKit.Network;

/// <summary>Receiving. RFC 9293, "SEGMENT ARRIVES".</summary>
public sealed partial class TcpConnection
{
    internal void Receive(in TcpArrival arrived)
    {
        if (State == TcpState.SynSent)
        {
            ReceiveAnswer(in arrived);
            return;
        }

        // What comes before or behind what is expected is answered by saying what is.
        uint skipped = _expected - arrived.Sequence;
        bool isAcceptable = arrived.SequenceLength == 0 ? arrived.Sequence - _expected <= (uint)_received.Free : skipped < arrived.SequenceLength;
        if ((arrived.Flags & TcpSegment.Rst) != 0)
        {
            if (arrived.Sequence == _expected)
            {
                End(isBroken: true);
            }

            return;
        }

        if (!isAcceptable || (arrived.Flags & (TcpSegment.Syn | TcpSegment.Ack)) != TcpSegment.Ack)
        {
            Repeat(in arrived);
            return;
        }

        if (!TryAcknowledge(in arrived) || State == TcpState.Closed)
        {
            return;
        }

        bool hasTaken = arrived.SequenceLength > 0 && TakeData(in arrived, (int)skipped);
        bool hasSent = Output();
        if (!hasSent && (hasTaken || arrived.SequenceLength > 0))
        {
            SendFlags(TcpSegment.Ack);
        }
    }

    /// <summary>An old or early segment: the other side may not have heard from us.</summary>
    private void Repeat(in TcpArrival arrived)
    {
        if (State == TcpState.SynReceived && (arrived.Flags & TcpSegment.Syn) != 0)
        {
            return; // our answer will be sent again
        }

        if (State == TcpState.TimeWait)
        {
            Deadline = _stack.Now + TimeWait;
        }

        SendFlags(TcpSegment.Ack);
    }

    private void ReceiveAnswer(in TcpArrival arrived)
    {
        bool isAcknowledged = (arrived.Flags & TcpSegment.Ack) != 0 && arrived.Acknowledgement == _neverSent;
        if ((arrived.Flags & TcpSegment.Rst) != 0)
        {
            if (isAcknowledged)
            {
                End(isBroken: true);
            }
        }
        else if (isAcknowledged && (arrived.Flags & TcpSegment.Syn) != 0)
        {
            _expected = arrived.Sequence + 1;
            _unacknowledged = arrived.Acknowledgement;
            _window = arrived.Window;
            StopTimer();
            State = TcpState.Established;
            if (!Output())
            {
                SendFlags(TcpSegment.Ack);
            }
        }
    }

    /// <summary>Forgets what the other side has; false if it claims to have what was never sent.</summary>
    private bool TryAcknowledge(in TcpArrival arrived)
    {
        uint count = arrived.Acknowledgement - _unacknowledged;
        uint most = _neverSent - _unacknowledged;
        if ((int)count < 0)
        {
            return true; // old
        }

        if (count > most)
        {
            SendFlags(TcpSegment.Ack);
            return false;
        }

        if (count > 0)
        {
            Forget(count, isAll: count == most);
        }

        // Who answers lives, even without room.
        _retries = _window == 0 ? 0 : _retries;
        _window = arrived.Window;
        return true;
    }

    private void Forget(uint count, bool isAll)
    {
        bool isOpeningDone = State == TcpState.SynReceived;
        int bytes = Math.Min((int)count - (isOpeningDone ? 1 : 0), _toSend.Count);
        bool isEndKnown = isAll && IsFinSent;
        _toSend.Remove(bytes);
        _unacknowledged += count;
        if ((int)(_unacknowledged - _next) > 0)
        {
            _next = _unacknowledged;
        }

        StopTimer();
        if (_unacknowledged != _neverSent)
        {
            Deadline = _stack.Now + _timeout;
        }

        State = State switch
        {
            TcpState.SynReceived => TcpState.Established,
            TcpState.FinWait1 when isEndKnown => TcpState.FinWait2,
            TcpState.Closing when isEndKnown => TcpState.TimeWait,
            _ => State,
        };
        if (State == TcpState.LastAck && isEndKnown)
        {
            End(isBroken: false);
        }
        else if (State == TcpState.TimeWait)
        {
            Deadline = _stack.Now + TimeWait;
        }
    }

    /// <summary>Takes what has room, in order, and the end behind the last byte.</summary>
    private bool TakeData(in TcpArrival arrived, int skipped)
    {
        ReadOnlySpan<byte> data = arrived.Data.Slice(Math.Min(skipped, arrived.Data.Length));
        bool canCome = State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;
        int taken = canCome ? _received.Add(data) : 0;
        _expected += (uint)taken;
        bool isEnd = canCome && (arrived.Flags & TcpSegment.Fin) != 0 && taken == data.Length;
        if (isEnd)
        {
            _expected++;
            ReceiveEnd();
        }

        return taken > 0 || isEnd;
    }

    private void ReceiveEnd()
    {
        State = State switch
        {
            TcpState.Established => TcpState.CloseWait,
            TcpState.FinWait1 => TcpState.Closing,
            _ => TcpState.TimeWait,
        };
        if (State == TcpState.TimeWait)
        {
            Deadline = _stack.Now + TimeWait;
        }
    }

    private void StopTimer()
    {
        _timeout = FirstTimeout;
        _retries = 0;
        Deadline = ulong.MaxValue;
    }
}
