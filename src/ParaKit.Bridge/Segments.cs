using ParaKit.Guest;

/// <summary>
/// Loads of segment registers as the kernel's processor checks them, in 64-bit mode. Intel SDM vol. 3A, "Protected-Mode Memory Management";
/// what fails is noted in <see cref="Fault"/>.
/// </summary>
internal static class Segments
{
    public const int Code = 1;
    public const int Stack = 2;

    private const ulong CodeOrData = 1UL << 44;
    private const ulong IsCode = 1UL << 43;
    private const ulong Conforming = 1UL << 42;
    private const ulong WritableOrReadable = 1UL << 41;
    private const ulong Accessed = 1UL << 40;
    private const ulong Present = 1UL << 47;
    private const ulong Long = 1UL << 53;
    private const int SegmentNotPresent = 11;
    private const int StackFault = 12;
    private const int FirstData = 3;
    private const int LastData = 5;
    private const int ExtraData = 0;

    /// <summary>MOV and POP to a segment register.</summary>
    public static bool TryLoad(int segment, ushort selector) => segment switch
    {
        Code => Fault.GeneralProtection(0),
        Stack => TryLoadStack(selector, VirtualProcessor.Level),
        _ => TryLoadData(segment, selector),
    };

    /// <summary>CS of a far return or jump; a return may go to an outer level.</summary>
    public static bool TryLoadCode(ushort selector, bool isReturn)
    {
        ulong errorCode = selector & ~3u;
        if (errorCode == 0)
        {
            return Fault.GeneralProtection(0);
        }

        if (!TryRead(selector, out ulong descriptor))
        {
            return false;
        }

        int rpl = selector & 3;
        int privilege = Privilege(descriptor);
        bool isConforming = (descriptor & Conforming) != 0;
        bool isLegal = isReturn
            ? rpl >= VirtualProcessor.Level && (isConforming ? privilege <= rpl : privilege == rpl)
            : isConforming ? privilege <= VirtualProcessor.Level : rpl <= VirtualProcessor.Level && privilege == VirtualProcessor.Level;
        if ((descriptor & (CodeOrData | IsCode)) != (CodeOrData | IsCode) || !isLegal)
        {
            return Fault.GeneralProtection(errorCode);
        }

        if ((descriptor & Present) == 0)
        {
            return Fault.NotPresent(SegmentNotPresent, errorCode);
        }

        if ((descriptor & Long) == 0)
        {
            Platform.Fail("the kernel enters compatibility mode, which the bridge does not have");
        }

        return TryMarkAccessed(selector, descriptor);
    }

    /// <summary>SS for a level.</summary>
    public static bool TryLoadStack(ushort selector, int level)
    {
        ulong errorCode = selector & ~3u;
        if (errorCode == 0)
        {
            bool isNullAllowed = level != 3 && (selector & 3) == level;
            VirtualProcessor.Selector(Stack) = isNullAllowed ? selector : VirtualProcessor.Selector(Stack);
            return isNullAllowed || Fault.GeneralProtection(0);
        }

        if (!TryRead(selector, out ulong descriptor))
        {
            return false;
        }

        bool isWritableData = (descriptor & (CodeOrData | IsCode | WritableOrReadable)) == (CodeOrData | WritableOrReadable);
        if (!isWritableData || (selector & 3) != level || Privilege(descriptor) != level)
        {
            return Fault.GeneralProtection(errorCode);
        }

        if ((descriptor & Present) == 0)
        {
            return Fault.NotPresent(StackFault, errorCode);
        }

        bool isMarked = TryMarkAccessed(selector, descriptor);
        VirtualProcessor.Selector(Stack) = isMarked ? selector : VirtualProcessor.Selector(Stack);
        return isMarked;
    }

    /// <summary>LLDT and LTR: a system segment of a type in the global table.</summary>
    public static bool TryReadSystem(ushort selector, int type, out ulong descriptor)
    {
        descriptor = 0;
        ulong errorCode = selector & ~3u;
        if ((selector & 4) != 0 || (selector & ~7u) + 15 > VirtualProcessor.Gdt.Limit)
        {
            return Fault.GeneralProtection(errorCode);
        }

        if (!PayloadAccess.TryRead(VirtualProcessor.Gdt.Base + (selector & ~7u), out descriptor))
        {
            return false;
        }

        if (((int)(descriptor >> 40) & 0x1f) != type)
        {
            return Fault.GeneralProtection(errorCode);
        }

        return (descriptor & Present) != 0 || Fault.NotPresent(SegmentNotPresent, errorCode);
    }

    /// <summary>After a return to programs: data segments that are not for them become null.</summary>
    public static void DropPrivileged()
    {
        DropPrivileged(ExtraData);
        for (int segment = FirstData; segment <= LastData; segment++)
        {
            DropPrivileged(segment);
        }
    }

    private static void DropPrivileged(int segment)
    {
        ref ushort selector = ref VirtualProcessor.Selector(segment);
        bool isForPrograms = (selector & ~3) == 0 || !TryRead(selector, out ulong descriptor) || Privilege(descriptor) == 3
            || (descriptor & (IsCode | Conforming)) == (IsCode | Conforming);
        selector = isForPrograms ? selector : (ushort)0;
    }

    private static bool TryLoadData(int segment, ushort selector)
    {
        if ((selector & ~3) != 0)
        {
            ulong errorCode = selector & ~3u;
            if (!TryRead(selector, out ulong descriptor))
            {
                return false;
            }

            bool isCode = (descriptor & IsCode) != 0;
            bool isConforming = isCode && (descriptor & Conforming) != 0;
            int needed = VirtualProcessor.Level > (selector & 3) ? VirtualProcessor.Level : selector & 3;
            if ((descriptor & CodeOrData) == 0 || (isCode && (descriptor & WritableOrReadable) == 0) || (!isConforming && Privilege(descriptor) < needed))
            {
                return Fault.GeneralProtection(errorCode);
            }

            if ((descriptor & Present) == 0)
            {
                return Fault.NotPresent(SegmentNotPresent, errorCode);
            }

            if (!TryMarkAccessed(selector, descriptor))
            {
                return false;
            }
        }

        VirtualProcessor.Selector(segment) = selector;
        return true;
    }

    private static bool TryRead(ushort selector, out ulong descriptor)
    {
        descriptor = 0;
        uint offset = selector & ~7u;
        return (selector & 4) != 0 || offset + 7 > VirtualProcessor.Gdt.Limit
            ? Fault.GeneralProtection(selector & ~3u)
            : PayloadAccess.TryRead(VirtualProcessor.Gdt.Base + offset, out descriptor);
    }

    private static bool TryMarkAccessed(ushort selector, ulong descriptor) => (descriptor & Accessed) != 0
        || PayloadAccess.TryWrite(VirtualProcessor.Gdt.Base + (selector & ~7u), descriptor | Accessed);

    private static int Privilege(ulong descriptor) => (int)(descriptor >> 45) & 3;
}
