using System;

namespace ParaKit.Network;

/// <summary>Sending.</summary>
public sealed partial class TcpConnection
{
    private bool IsOpening => State is TcpState.SynSent or TcpState.SynReceived;

    private bool IsFinKnown => State is TcpState.FinWait2 or TcpState.TimeWait;

    /// <summary>Sends what the window allows, and the end behind the last byte; true if anything went.</summary>
    /// <param name="isProbe">Whether a byte goes even if the window is closed: its answer tells when it opens.</param>
    private bool Output(bool isProbe = false)
    {
        bool hasSent = false;
        if (IsOpening && _next == _unacknowledged)
        {
            SendSegment(State == TcpState.SynSent ? TcpSegment.Syn : TcpSegment.Syn | TcpSegment.Ack, 0, 1);
            return true;
        }

        while (!IsOpening && State != TcpState.Closed)
        {
            int sent = (int)(_next - _unacknowledged);
            int unsent = _toSend.Count - sent;
            int window = isProbe ? Math.Max((int)_window, 1) : (int)_window;
            int count = Math.Min(Math.Min(unsent, TcpSegment.MaximumPayload), window - sent);
            bool isEnd = _isClosing && !IsFinKnown && Math.Max(count, 0) == unsent;
            if (count <= 0 && !isEnd)
            {
                break;
            }

            if (count > 0)
            {
                _toSend.Peek(sent, _stack.TcpData.Slice(0, count));
            }

            SendSegment(TcpSegment.Ack | (count > 0 ? TcpSegment.Psh : 0) | (isEnd ? TcpSegment.Fin : 0), Math.Max(count, 0), (uint)Math.Max(count, 0) + (isEnd ? 1u : 0));
            hasSent = true;
            if (isEnd)
            {
                State = State switch { TcpState.Established => TcpState.FinWait1, TcpState.CloseWait => TcpState.LastAck, _ => State };
                break;
            }
        }

        ArmForWindow();
        return hasSent;
    }

    /// <summary>Data that waits for a window, with nothing on its way, is tried for after a while.</summary>
    private void ArmForWindow()
    {
        if (_toSend.Count > 0 && Deadline == ulong.MaxValue && State != TcpState.Closed && !IsOpening)
        {
            Deadline = _stack.Now + _timeout;
        }
    }

    private void SendSegment(int flags, int dataBytes, uint length)
    {
        uint sequence = _next;
        _next += length;
        if ((int)(_next - _neverSent) > 0)
        {
            _neverSent = _next;
        }

        if (Deadline == ulong.MaxValue)
        {
            Deadline = _stack.Now + _timeout;
        }

        Send(sequence, flags, dataBytes);
    }

    /// <summary>Behind all that was ever sent, so that it is expected by who has it all, and harmless for who has not.</summary>
    private void SendFlags(int flags) => Send(_neverSent, flags, 0);

    private void Send(uint sequence, int flags, int dataBytes) =>
        _stack.SendTcp(_remote, _port, _remotePort, sequence, (flags & TcpSegment.Ack) != 0 ? _expected : 0, flags, Math.Min(_received.Free, ushort.MaxValue), dataBytes);
}
