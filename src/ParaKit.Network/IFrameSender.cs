using System;

namespace ParaKit.Network;

/// <summary>Takes the frames that a stack sends.</summary>
public interface IFrameSender
{
    /// <summary>Sends a frame, or drops it: networks may.</summary>
    /// <param name="frame">Complete, without check sequence; it is copied before the call returns.</param>
    void Send(ReadOnlySpan<byte> frame);
}

/// <summary>Takes the datagrams that come to a stack.</summary>
public interface IDatagramReceiver
{
    /// <summary>A datagram has come.</summary>
    /// <param name="stack">Whose it is.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="sourcePort">From which port.</param>
    /// <param name="port">To which port.</param>
    /// <param name="data">Its data, valid during the call.</param>
    void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data);
}
