using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Balloon"/>. Xen docs "xenstore-paths", "memory/target"; public/memory.h, "XENMEM_decrease_reservation".</summary>
public static unsafe class ParavirtualBalloon
{
    private const ulong FramesPerKibibyteDivisor = 4;

    /// <summary>Counterpart of <see cref="Balloon.TryGetTarget"/>.</summary>
    public static bool TryGetTarget(out ulong frames)
    {
        frames = 0;
        if (!XenStore.TryReadNumber("memory/target"u8, out ulong kibibytes))
        {
            return false;
        }

        ulong wanted = kibibytes / FramesPerKibibyteDivisor;
        frames = wanted < Domain.FrameCount ? Domain.FrameCount - wanted : 0;
        return true;
    }

    /// <summary>Counterpart of <see cref="Balloon.TryGiveUp"/>.</summary>
    public static bool TryGiveUp(Pfn frame)
    {
        // Xen does not clear what a living domain gives up, neither for others nor for itself.
        ulong* page = (ulong*)Vpn.InDirectMap(frame).Address;
        Clear(page);
        if (!Domain.TryGiveUpFrame(page))
        {
            return false;
        }

        Domain.SetMachine(frame, Domain.NoFrame);
        return true;
    }

    /// <summary>Counterpart of <see cref="Balloon.TryTakeBack"/>.</summary>
    public static bool TryTakeBack(Pfn frame)
    {
        ulong number = frame.Number;
        var request = new MemoryReservation { ExtentStart = (ulong)(&number), ExtentCount = 1, Domain = DomainIds.Self };
        if (Hypercall.MemoryOp(MemoryOperation.PopulatePhysmap, &request) != 1)
        {
            return false;
        }

        ulong* page = (ulong*)Vpn.InDirectMap(frame).Address;
        Domain.PutFrame(page, new Mfn(number));
        Clear(page);
        return true;
    }

    private static void Clear(ulong* page)
    {
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            page[i] = 0;
        }
    }
}
