using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="PageSharing"/>, by two commands of memory_op that ParaKit has and Xen has not.</summary>
public static unsafe class ParavirtualPageSharing
{
    /// <summary>Counterpart of <see cref="PageSharing.TryOffer"/>.</summary>
    public static bool TryOffer(Pfn frame)
    {
        if (frame.Number >= Domain.FrameCount || !IsOwn(frame))
        {
            return false;
        }

        void* page = (void*)Vpn.InDirectMap(frame).Address;
        if (!Domain.TryExchangeFrame(page, MemoryOperation.ShareFrames, PageTable.Writable, out Mfn shared))
        {
            return false;
        }

        Domain.SetMachine(frame, shared);
        Hypercall.Require(Hypercall.UpdateVaMapping((ulong)page, shared.Address | PageTable.Present, UpdateVaMappingFlags.None), "mapping of a shared frame");
        return true;
    }

    /// <summary>Counterpart of <see cref="PageSharing.TryCopy"/>.</summary>
    public static bool TryCopy(Pfn frame)
    {
        if (frame.Number >= Domain.FrameCount || IsOwn(frame) || Domain.ToMachine(frame).Number == Domain.NoFrame.Number)
        {
            return false;
        }

        void* page = (void*)Vpn.InDirectMap(frame).Address;
        if (!Domain.TryExchangeFrame(page, MemoryOperation.UnshareFrames, 0, out Mfn own))
        {
            return false;
        }

        Domain.PutFrame(page, own);
        return true;
    }

    /// <summary>M2P has no number for a frame that is nobody's.</summary>
    private static bool IsOwn(Pfn frame)
    {
        Mfn machine = Domain.ToMachine(frame);
        return machine.Number != Domain.NoFrame.Number && Domain.ToPhysical(machine).Number == frame.Number;
    }
}
