using System;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The guest's half of a split device: its paths in the store, the event channel, and the states of both halves. Needs <see cref="GrantTable.TryInitialize"/>.
/// Xen public/io/xenbus.h, "XenbusState".
/// </summary>
internal sealed unsafe class DeviceFrontEnd
{
    private const int PathBytes = 96;
    private const ushort BackDomain = 0;

    private readonly byte[] _front = new byte[PathBytes];
    private readonly byte[] _back = new byte[PathBytes];
    private int _frontLength;
    private int _backLength;
    private uint _eventsSeen;

    private DeviceFrontEnd()
    {
    }

    /// <summary>The event channel to the back end; events are masked, and waited for.</summary>
    internal EventChannel Channel { get; private set; }

    private ReadOnlySpan<byte> Front => new(_front, 0, _frontLength);

    private ReadOnlySpan<byte> Back => new(_back, 0, _backLength);

    /// <summary>Finds a device and makes its event channel.</summary>
    /// <param name="folder">Folder of its kind, such as "device/vbd/".</param>
    /// <param name="number">The device's number.</param>
    /// <param name="front">The device.</param>
    /// <returns>False if there is none.</returns>
    internal static bool TryFind(ReadOnlySpan<byte> folder, ulong number, out DeviceFrontEnd front)
    {
        front = new DeviceFrontEnd();
        folder.CopyTo(front._front);
        front._frontLength = folder.Length + WriteDecimal(new Span<byte>(front._front, folder.Length, PathBytes - folder.Length), number);
        if (!XenStore.TryRead(Join(stackalloc byte[PathBytes * 2], front.Front, "/backend"u8), front._back, out front._backLength))
        {
            return false;
        }

        if (EventChannel.AllocateUnbound(BackDomain, out EventChannel channel) != Errno.None)
        {
            return false;
        }

        channel.Mask();
        front.Channel = channel;
        return XenStore.TryWatch(Join(stackalloc byte[PathBytes * 2], front.Back, "/state"u8), "back"u8);
    }

    /// <summary>Lets the back end use a page of the direct map as a ring.</summary>
    internal bool TryGrantRing(void* page, [AcquiresGrant] out GrantReference grant)
    {
        bool isGranted = GrantTable.TryGrantAccess(BackDomain, Pfn.Containing((ulong)page - PageTable.KernelBase), isReadOnly: false, out grant);
        if (!isGranted)
        {
            Close();
        }

        return isGranted;
    }

    /// <summary>Writes a number of this half.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> key, ulong value) => XenStore.TryWriteNumber(Join(stackalloc byte[PathBytes * 2], Front, key), value);

    /// <summary>Reads a number of the back end's half.</summary>
    internal bool TryReadBack(ReadOnlySpan<byte> key, out ulong value) => XenStore.TryReadNumber(Join(stackalloc byte[PathBytes * 2], Back, key), out value);

    /// <summary>Reads a text of this half.</summary>
    internal bool TryRead(ReadOnlySpan<byte> key, Span<byte> value, out int length) => XenStore.TryRead(Join(stackalloc byte[PathBytes * 2], Front, key), value, out length);

    /// <summary>Says that this half is ready, and waits until the back end is connected.</summary>
    internal bool TryMeet(XenbusState state) =>
        TryWrite("/event-channel"u8, Channel.Port)
        && XenStore.TryWrite(Join(stackalloc byte[PathBytes * 2], Front, "/protocol"u8), "x86_64-abi"u8)
        && TryWrite("/state"u8, (ulong)state)
        && TryAwait(XenbusState.Connected, orLater: true);

    /// <summary>After the death of a back end: waits for the next one. False if the device was taken away.</summary>
    internal bool TryAwaitBack() => TryAwait(XenbusState.InitWait, orLater: false);

    private bool IsTakenAway => TryReadBack("/online"u8, out ulong online) && online == 0;

    /// <summary>Whether the back end still says so.</summary>
    internal bool IsBackConnected() => TryReadBack("/state"u8, out ulong state) && state == (ulong)XenbusState.Connected;

    /// <summary>Waits for an event of the device or a change of the back end's state.</summary>
    /// <param name="until">System time at which to give up; 0 is never.</param>
    /// <returns>Whether the state may have changed.</returns>
    [MaySleep]
    internal bool Wait(ulong until = 0)
    {
        if (XenStore.EventsSeen == _eventsSeen)
        {
            uint* ports = stackalloc uint[2];
            ports[0] = Channel.Port;
            ports[1] = Domain.StoreChannel.Port;
            SchedulerPoll poll = new() { Ports = (ulong)ports, PortCount = 2, Timeout = until };
            Hypercall.SchedulerOp(SchedulerOperation.Poll, &poll);
            Channel.ClearPending();
            Domain.StoreChannel.ClearPending();
            XenStore.TakeEvents();
        }

        bool hasChanged = XenStore.EventsSeen != _eventsSeen;
        _eventsSeen = XenStore.EventsSeen;
        return hasChanged;
    }

    /// <summary>Gives the event channel back.</summary>
    internal void Close() => Channel.Close();

    /// <summary>A state in which the other half ends what was begun ends the wait, too.</summary>
    private bool TryAwait(XenbusState wanted, bool orLater)
    {
        while (true)
        {
            if (TryReadBack("/state"u8, out ulong state) && (state == (ulong)wanted || (orLater && state > (ulong)wanted)))
            {
                return state == (ulong)wanted;
            }

            if (IsTakenAway)
            {
                return false;
            }

            Wait();
        }
    }

    private static int WriteDecimal(Span<byte> text, ulong number)
    {
        ulong divisor = 1;
        while (number / divisor >= 10)
        {
            divisor *= 10;
        }

        int length = 0;
        for (; divisor > 0; divisor /= 10)
        {
            text[length++] = (byte)('0' + (number / divisor % 10));
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
