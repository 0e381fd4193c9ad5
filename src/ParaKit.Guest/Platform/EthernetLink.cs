using System;
using ParaKit.Network;

namespace ParaKit.Guest;

/// <summary>A host on the network: the protocols over <see cref="Ethernet"/>. The time stamp counter is its clock, taken for nanoseconds.</summary>
public sealed unsafe class EthernetLink : IFrameSender
{
    private EthernetLink(ulong hardware, int connections, int bufferBytes) =>
        Stack = new NetworkStack(hardware, NetworkAddress.OfHardware(hardware), this, connections, bufferBytes);

    /// <summary>The protocols.</summary>
    public NetworkStack Stack { get; }

    /// <summary>The time that the protocols count in.</summary>
    public static ulong Now => X86.Rdtsc();

    /// <summary>Frames that could not be sent.</summary>
    public uint Lost { get; private set; }

    /// <summary>Finds the interface.</summary>
    /// <param name="pages"><see cref="Ethernet.PageCount"/> pages of the direct map; they stay the driver's.</param>
    /// <param name="connections">TCP connections at most.</param>
    /// <param name="bufferBytes">Bytes that each keeps in each direction, from the heap.</param>
    /// <param name="link">The host.</param>
    /// <returns>False if there is no interface.</returns>
    public static bool TryOpen(void* pages, int connections, int bufferBytes, out EthernetLink link)
    {
        bool isThere = Ethernet.TryInitialize(pages, out ulong hardware);
        link = isThere ? new EthernetLink(hardware, connections, bufferBytes) : null;
        return isThere;
    }

    /// <summary>Takes all that has come, and does what is due.</summary>
    public void Serve()
    {
        byte* frame = Ethernet.Receive(out int length);
        while (frame != null)
        {
            Stack.Receive(new ReadOnlySpan<byte>(frame, length), Now);
            frame = Ethernet.Receive(out length);
        }

        Stack.Poll(Now);
    }

    /// <summary>Waits until there may be something to do, and does it.</summary>
    [MaySleep]
    public void Wait()
    {
        Ethernet.Wait(Stack.NextDeadline);
        Serve();
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        const int Attempts = 1000;
        for (int i = 0; i < Attempts; i++)
        {
            if (Ethernet.TrySend(frame))
            {
                return;
            }

            Ethernet.Wait(ulong.MaxValue);
        }

        Lost++;
    }
}
