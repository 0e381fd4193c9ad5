using System;
using System.Runtime.InteropServices;
using System.Threading;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

[SharedMemory]
internal struct Demand
{
    internal uint Length;
    internal ulong Id;
}

internal struct Answer
{
    internal ulong Id;
}

internal unsafe struct Page
{
    internal fixed byte Data[5000];
}

[IoRing(typeof(Demand), typeof(Answer))]
internal static partial class Link;

[IoRing(typeof(Demand), typeof(Answer))]
internal static class Unfinished // PK0407
{
}

[IoRing(typeof(string), typeof(Answer))] // PK0408!
internal static partial class Text;

[StructLayout(LayoutKind.Auto)]
internal struct Loose
{
    internal uint Length;
}

[IoRing(typeof(Loose), typeof(Answer))] // PK0408
internal static partial class LooseLink;

[IoRing(typeof(Page), typeof(Answer))] // PK0409
internal static partial class Wide;

internal static unsafe class Drivers
{
    private const uint SlotCount = 32;

    [ProducerIndex]
    private static uint s_producer;

    internal static ulong Look(Demand* demand)
    {
        ulong found = 0;
        if (demand->Length < 64)
        {
            found = demand->Length; // PK0401
        }

        return found;
    }

    internal static void Publish(SharedRing* ring, Demand* slots)
    {
        slots[s_producer & (SlotCount - 1)].Id = 3;
        ring->RequestProducer = s_producer + 1; // PK0402
    }

    internal static void Drain(Link.FrontEnd front)
    {
        while (front.TryTakeResponse(out Answer answer))
        {
            s_producer += (uint)answer.Id;
        }

        X86.Hlt(); // PK0403 PK0001
    }

    internal static ulong Choose(ulong[] entries) => entries[s_producer]; // PK0404

    internal static void Lose(Pfn frame, bool early)
    {
        if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant) || early) // PK0405!
        {
            return;
        }

        GrantTable.TryEndAccess(grant);
    }

    internal static bool LoseEarly(Pfn frame, bool early)
    {
        if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant)) // PK0405
        {
            return false;
        }

        if (early)
        {
            return false;
        }

        GrantTable.TryEndAccess(grant);
        return true;
    }

    internal static void EndTwice(GrantReference grant)
    {
        GrantTable.TryEndAccess(grant);
        GrantTable.TryEndAccess(grant); // PK0406
    }

    internal static void Send(Link.FrontEnd front, EventChannel channel)
    {
        front.PushRequests();
        channel.Notify(); // PK0303
    }
}
