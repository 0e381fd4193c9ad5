using System;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The store in which domains and their devices meet: paths with values. One request at a time, each waited for; not for interrupt handlers. Changes that
/// others make are found by reading again. Xen public/io/xs_wire.h.
/// </summary>
public static unsafe class XenStore
{
    private const int ErrorBytes = 16;

    private static uint s_lastRequest;

    /// <summary>Reads a value; a path without a leading slash is below the domain's own.</summary>
    /// <param name="path">The path, ASCII.</param>
    /// <param name="value">Takes the value, cut to its length.</param>
    /// <param name="length">Bytes of it.</param>
    /// <returns>False if there is none, or none that the domain may read.</returns>
    public static bool TryRead(ReadOnlySpan<byte> path, Span<byte> value, out int length) => TryCall(StoreMessageType.Read, path, default, isTerminated: true, value, out length);

    /// <summary>Reads a decimal number.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> path, out ulong number)
    {
        const int Digits = 20;
        Span<byte> text = stackalloc byte[Digits];
        number = 0;
        bool isNumber = TryRead(path, text, out int length) && length > 0;
        for (int i = 0; isNumber && i < length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            isNumber = digit <= 9;
            number = (number * 10) + digit;
        }

        return isNumber;
    }

    /// <summary>Sets a value; the path is made if need be.</summary>
    /// <returns>False if the domain may not.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> path, ReadOnlySpan<byte> value) => TryCall(StoreMessageType.Write, path, value, isTerminated: true, default, out _);

    /// <summary>Sets a decimal number.</summary>
    public static bool TryWriteNumber(ReadOnlySpan<byte> path, ulong number)
    {
        const int Digits = 20;
        Span<byte> text = stackalloc byte[Digits];
        int start = Digits;
        do
        {
            text[--start] = (byte)('0' + (number % 10));
            number /= 10;
        }
        while (number != 0);

        return TryWrite(path, text.Slice(start, Digits - start));
    }

    /// <summary>Lets another domain read a path of this one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="domain">The other domain.</param>
    /// <returns>False if the path is not this domain's.</returns>
    public static bool TryShare(ReadOnlySpan<byte> path, ushort domain)
    {
        const int Bytes = 16;
        if (!TryReadNumber("domid"u8, out ulong own))
        {
            return false;
        }

        Span<byte> permissions = stackalloc byte[Bytes];
        int length = Permission(permissions, (byte)'n', own);
        length += Permission(permissions.Slice(length), (byte)'r', domain);
        return TryCall(StoreMessageType.SetPermissions, path, permissions.Slice(0, length), isTerminated: true, default, out _);
    }

    /// <summary>From now on an event tells of changes at and below a path, and one comes at once; <see cref="TakeEvents"/> takes them.</summary>
    /// <param name="path">The path.</param>
    /// <param name="token">What tells this watch from others on the same path.</param>
    public static bool TryWatch(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token)
    {
        const int Bytes = 16;
        Span<byte> terminated = stackalloc byte[Bytes];
        if (token.Length >= Bytes)
        {
            return false;
        }

        token.CopyTo(terminated);
        terminated[token.Length] = 0;
        return TryCall(StoreMessageType.Watch, path, terminated.Slice(0, token.Length + 1), isTerminated: true, default, out _);
    }

    /// <summary>Events of watches that have come and were taken, by whatever call: what changed is found by reading.</summary>
    public static uint EventsSeen { get; private set; }

    /// <summary>Takes the events of watches that have come.</summary>
    public static void TakeEvents()
    {
        StoreInterface* page = Domain.StorePage;
        while (Volatile.Read(ref page->ResponseProducer) != page->ResponseConsumer)
        {
            StoreMessage head;
            Receive(new Span<byte>(&head, sizeof(StoreMessage)));
            Skip((int)head.Length);
            Domain.StoreChannel.Notify();
            EventsSeen++;
        }
    }

    private static int Permission(Span<byte> text, byte letter, ulong domain)
    {
        ulong divisor = 1;
        while (domain / divisor >= 10)
        {
            divisor *= 10;
        }

        int length = 0;
        text[length++] = letter;
        for (; divisor > 0; divisor /= 10)
        {
            text[length++] = (byte)('0' + (domain / divisor % 10));
        }

        text[length++] = 0;
        return length;
    }

    private static bool TryCall(StoreMessageType type, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value, bool isTerminated, Span<byte> answer, out int length)
    {
        length = 0;
        if (Domain.StorePage == null)
        {
            return false;
        }

        StoreMessage head = new() { Type = type, Request = ++s_lastRequest, Length = (uint)(path.Length + (isTerminated ? 1 : 0) + value.Length) };
        Send(new ReadOnlySpan<byte>(&head, sizeof(StoreMessage)));
        Send(path);
        byte zero = 0;
        Send(new ReadOnlySpan<byte>(&zero, isTerminated ? 1 : 0));
        Send(value);
        Domain.StoreChannel.Notify();
        return TryReceive(head.Request, answer, out length);
    }

    /// <summary>Messages for other requests, such as events of watches, are passed over.</summary>
    private static bool TryReceive(uint request, Span<byte> answer, out int length)
    {
        while (true)
        {
            StoreMessage head;
            Receive(new Span<byte>(&head, sizeof(StoreMessage)));
            bool isAnswer = head.Request == request && head.Type != StoreMessageType.WatchEvent;
            EventsSeen += head.Type == StoreMessageType.WatchEvent ? 1u : 0u;
            int kept = isAnswer ? Math.Min((int)head.Length, answer.Length) : 0;
            Receive(answer.Slice(0, kept));
            Skip((int)head.Length - kept);
            Domain.StoreChannel.Notify();
            if (isAnswer)
            {
                length = kept;
                return head.Type != StoreMessageType.Error;
            }
        }
    }

    private static void Skip(int count)
    {
        Span<byte> ignored = stackalloc byte[ErrorBytes];
        while (count > 0)
        {
            int part = Math.Min(count, ErrorBytes);
            Receive(ignored.Slice(0, part));
            count -= part;
        }
    }

    private static void Send(ReadOnlySpan<byte> bytes)
    {
        StoreInterface* page = Domain.StorePage;
        uint produced = page->RequestProducer;
        for (int i = 0; i < bytes.Length; i++)
        {
            while (produced - Volatile.Read(ref page->RequestConsumer) >= StoreInterface.RingBytes)
            {
                Wait();
            }

            page->Requests[produced % StoreInterface.RingBytes] = bytes[i];
            produced++;
            Interlocked.MemoryBarrier();
            page->RequestProducer = produced;
        }
    }

    private static void Receive(Span<byte> bytes)
    {
        StoreInterface* page = Domain.StorePage;
        uint consumed = page->ResponseConsumer;
        for (int i = 0; i < bytes.Length; i++)
        {
            while (Volatile.Read(ref page->ResponseProducer) == consumed)
            {
                Wait();
            }

            bytes[i] = page->Responses[consumed % StoreInterface.RingBytes];
            consumed++;
            Interlocked.MemoryBarrier();
            page->ResponseConsumer = consumed;
        }
    }

    private static void Wait()
    {
        Domain.StoreChannel.Notify();
        Domain.StoreChannel.Wait();
    }
}
