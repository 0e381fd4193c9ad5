using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>The instructions that ask about a descriptor of the kernel's table. Intel SDM vol. 2, "LAR", "LSL", "VERR/VERW".</summary>
internal static unsafe class Descriptors
{
    private const ulong ZeroFlag = 0x40;
    private const ulong CodeOrData = 1UL << 44;
    private const ulong Code = 1UL << 43;
    private const ulong Conforming = 1UL << 42;
    private const ulong WritableOrReadable = 1UL << 41;
    private const ulong Granularity = 1UL << 55;
    private const int LocalTableType = 2;
    private const int AvailableTaskType = 9;
    private const int BusyTaskType = 11;

    /// <summary>Answers in ZF and, for LAR and LSL, in the register; false if the table cannot be read.</summary>
    public static bool TryInspect(TrapFrame* frame, PayloadSite* site, ushort selector)
    {
        if (!TryFind(selector, out ulong descriptor, out bool isVisible))
        {
            return false;
        }

        bool isYes = isVisible && site->Operation switch
        {
            PayloadOperation.Verr => IsAllowed(descriptor, write: false),
            PayloadOperation.Verw => IsAllowed(descriptor, write: true),
            _ => true,
        };
        frame->Rflags = (frame->Rflags & ~ZeroFlag) | (isYes ? ZeroFlag : 0);
        if (isYes && site->Operation == PayloadOperation.Lar)
        {
            Registers.Write(frame, site->Special, site->Width, (descriptor >> 32) & 0x00ffff00);
        }
        else if (isYes && site->Operation == PayloadOperation.Lsl)
        {
            ulong limit = (descriptor & 0xffff) | (descriptor >> 32 & 0xf0000);
            Registers.Write(frame, site->Special, site->Width, (descriptor & Granularity) != 0 ? (limit << 12) | 0xfff : limit);
        }

        return true;
    }

    private static bool TryFind(ushort selector, out ulong descriptor, out bool isVisible)
    {
        descriptor = 0;
        isVisible = false;
        uint offset = selector & ~7u;
        if ((selector & ~3) == 0 || (selector & 4) != 0 || offset + 7 > VirtualProcessor.Gdt.Limit)
        {
            return true;
        }

        if (!PayloadAccess.TryRead(VirtualProcessor.Gdt.Base + offset, out descriptor))
        {
            return false;
        }

        int type = (int)(descriptor >> 40) & 15;
        bool isConforming = (descriptor & (CodeOrData | Code | Conforming)) == (CodeOrData | Code | Conforming);
        bool isKnown = (descriptor & CodeOrData) != 0 || type is LocalTableType or AvailableTaskType or BusyTaskType;
        int privilege = (int)(descriptor >> 45) & 3;
        isVisible = isKnown && (isConforming || privilege >= (selector & 3));
        return true;
    }

    private static bool IsAllowed(ulong descriptor, bool write)
    {
        bool isCode = (descriptor & Code) != 0;
        bool flag = (descriptor & WritableOrReadable) != 0;
        return (descriptor & CodeOrData) != 0 && (write ? !isCode && flag : !isCode || flag);
    }
}
