using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <content>The longer ones.</content>
internal static unsafe partial class Operations
{
    private const uint PageAttributes = 0x277;
    private const ulong Resume = 0x10000;
    private const ulong Poppable = 0x244fd5; // ID, AC, NT, OF, DF, IF, TF and the arithmetic flags

    private static bool TryPush(TrapFrame* frame, ulong value)
    {
        bool isPushed = PayloadAccess.TryWrite(frame->Rsp - sizeof(ulong), value);
        frame->Rsp -= isPushed ? sizeof(ulong) : 0UL;
        return isPushed;
    }

    private static bool TryPop(TrapFrame* frame, out ulong value)
    {
        bool isPopped = PayloadAccess.TryRead(frame->Rsp, out value);
        frame->Rsp += isPopped ? sizeof(ulong) : 0UL;
        return isPopped;
    }

    private static bool TryPopFlags(TrapFrame* frame)
    {
        if (!TryPop(frame, out ulong flags))
        {
            return false;
        }

        RestoreFlags(frame, flags, Poppable);
        return true;
    }

    /// <summary>Writes the flags that the current level may write.</summary>
    private static void RestoreFlags(TrapFrame* frame, ulong flags, ulong mask)
    {
        mask &= VirtualProcessor.IsUser ? ~TrapFrame.InterruptFlag : ulong.MaxValue;
        Delivery.SetFlags(frame, (Delivery.FlagsOf(frame) & ~mask) | (flags & mask));
    }

    private static bool TryReturnFromInterrupt(TrapFrame* frame)
    {
        ulong* words = stackalloc ulong[5];
        for (int i = 0; i < 5; i++)
        {
            if (!PayloadAccess.TryRead(frame->Rsp + ((ulong)i * sizeof(ulong)), out words[i]))
            {
                return false;
            }
        }

        int level = (int)words[1] & 3;
        if (!Segments.TryLoadCode((ushort)words[1], isReturn: true) || !Segments.TryLoadStack((ushort)words[4], level))
        {
            return false;
        }

        frame->Rip = words[0];
        RestoreFlags(frame, words[2], Poppable | Resume);
        EnterLevel((ushort)words[1]);
        frame->Rsp = words[3];
        return true;
    }

    private static bool TryFarReturn(TrapFrame* frame)
    {
        int before = VirtualProcessor.Level;
        if (!TryPop(frame, out ulong rip) || !TryPop(frame, out ulong selector) || !Segments.TryLoadCode((ushort)selector, isReturn: true))
        {
            return false;
        }

        int level = (int)selector & 3;
        if (level != before)
        {
            if (!TryPop(frame, out ulong stack) || !TryPop(frame, out ulong stackSelector) || !Segments.TryLoadStack((ushort)stackSelector, level))
            {
                return false;
            }

            frame->Rsp = stack;
        }

        if (!PayloadAccess.IsCanonical(rip))
        {
            return Fault.GeneralProtection(0);
        }

        frame->Rip = rip;
        EnterLevel((ushort)selector);
        return true;
    }

    private static bool TryFarJump(TrapFrame* frame, PayloadSite* site)
    {
        ulong address = Registers.Address(frame, site);
        if (!PayloadAccess.TryRead(address, out ulong rip) || !PayloadAccess.TryRead(address + sizeof(ulong), sizeof(ushort), out ulong selector)
            || !Segments.TryLoadCode((ushort)selector, isReturn: false))
        {
            return false;
        }

        frame->Rip = rip;
        VirtualProcessor.Selector(Segments.Code) = (ushort)((selector & ~3UL) | (uint)VirtualProcessor.Level);
        return PayloadAccess.IsCanonical(rip) || Fault.GeneralProtection(0);
    }

    private static bool TryFarCall(TrapFrame* frame, PayloadSite* site)
    {
        ulong back = frame->Rip;
        ushort code = VirtualProcessor.Selector(Segments.Code);
        return TryFarJump(frame, site) && TryPush(frame, code) && TryPush(frame, back);
    }

    private static void ReturnFromSystemCall(TrapFrame* frame)
    {
        const int StarSysretShift = 48;
        ushort selector = (ushort)(VirtualProcessor.Star >> StarSysretShift);
        frame->Rip = frame->Rcx;
        Delivery.SetFlags(frame, frame->R11);
        VirtualProcessor.Selector(Segments.Stack) = (ushort)((selector + 8) | 3);
        VirtualProcessor.Selector(Segments.Code) = (ushort)((selector + 16) | 3);
        VirtualProcessor.Level = 3;
    }

    private static void EnterLevel(ushort code)
    {
        bool isOutward = (code & 3) > VirtualProcessor.Level;
        VirtualProcessor.Selector(Segments.Code) = code;
        VirtualProcessor.Level = code & 3;
        if (isOutward)
        {
            Segments.DropPrivileged();
        }
    }

    private static ulong ReadControl(int number) => number switch
    {
        0 => VirtualProcessor.Cr0,
        2 => VirtualProcessor.Cr2,
        3 => VirtualProcessor.Cr3,
        4 => VirtualProcessor.Cr4,
        _ => VirtualProcessor.Cr8,
    };

    private static void WriteControl(int number, ulong value)
    {
        switch (number)
        {
            case 0:
                VirtualProcessor.Cr0 = value;
                LiveTables.Flush();
                break;
            case 2:
                VirtualProcessor.Cr2 = value;
                break;
            case 3:
                VirtualProcessor.Cr3 = value;
                LiveTables.Flush();
                break;
            case 4:
                VirtualProcessor.Cr4 = value;
                LiveTables.Flush();
                break;
            default:
                VirtualProcessor.Cr8 = value;
                break;
        }
    }

    private static bool SetLowControl(ulong word)
    {
        WriteControl(0, (VirtualProcessor.Cr0 & ~0xeUL) | (word & 0xf));
        return true;
    }

    /// <summary>Reads a 16-bit operand.</summary>
    private static bool TryLoad(TrapFrame* frame, PayloadSite* site, out ulong value)
    {
        if (site->Register != PayloadSite.None)
        {
            value = (ushort)*Registers.Of(frame, site->Register);
            return true;
        }

        return PayloadAccess.TryRead(Registers.Address(frame, site), sizeof(ushort), out value);
    }

    /// <summary>Writes an operand: a register as wide as it is, memory always 16 bits.</summary>
    private static bool TryStore(TrapFrame* frame, PayloadSite* site, ulong value)
    {
        if (site->Register != PayloadSite.None)
        {
            Registers.Write(frame, site->Register, site->Width, value);
            return true;
        }

        return PayloadAccess.TryWrite(Registers.Address(frame, site), value, sizeof(ushort));
    }

    private static bool TryLoadTable(TrapFrame* frame, PayloadSite* site, ref TableRegister table)
    {
        ulong address = Registers.Address(frame, site);
        if (!PayloadAccess.TryRead(address, sizeof(ushort), out ulong limit) || !PayloadAccess.TryRead(address + sizeof(ushort), out ulong start))
        {
            return false;
        }

        if (!PayloadAccess.IsCanonical(start))
        {
            return Fault.GeneralProtection(0);
        }

        table = new TableRegister { Base = start, Limit = (ushort)limit };
        return true;
    }

    private static bool TryStoreTable(TrapFrame* frame, PayloadSite* site, TableRegister table)
    {
        ulong address = Registers.Address(frame, site);
        return PayloadAccess.TryWrite(address + sizeof(ushort), table.Base) && PayloadAccess.TryWrite(address, table.Limit, sizeof(ushort));
    }

    private static bool TryReadModel(TrapFrame* frame)
    {
        ulong value;
        switch ((uint)frame->Rcx)
        {
            case Msr.Efer:
                value = VirtualProcessor.Efer;
                break;
            case Msr.Star:
                value = VirtualProcessor.Star;
                break;
            case Msr.Lstar:
                value = VirtualProcessor.Lstar;
                break;
            case Msr.FMask:
                value = VirtualProcessor.FlagMask;
                break;
            case PageAttributes:
                value = VirtualProcessor.Pat;
                break;
            case Msr.FsBase:
                value = VirtualProcessor.FsBase;
                break;
            case Msr.GsBase:
                value = VirtualProcessor.GsBase;
                break;
            case Msr.KernelGsBase:
                value = VirtualProcessor.KernelGsBase;
                break;
            default:
                return false;
        }

        frame->Rax = (uint)value;
        frame->Rdx = value >> 32;
        return true;
    }

    private static bool TryWriteModel(TrapFrame* frame)
    {
        ulong value = (uint)frame->Rax | (frame->Rdx << 32);
        switch ((uint)frame->Rcx)
        {
            case Msr.Efer:
                VirtualProcessor.Efer = value;
                return true;
            case Msr.Star:
                VirtualProcessor.Star = value;
                return true;
            case Msr.FMask:
                VirtualProcessor.FlagMask = value;
                return true;
            case PageAttributes:
                VirtualProcessor.Pat = value;
                return true;
            case Msr.Lstar or Msr.FsBase or Msr.GsBase or Msr.KernelGsBase when !PayloadAccess.IsCanonical(value):
                return false;
            case Msr.FsBase:
                VirtualProcessor.SetFsBase(value);
                return true;
            case Msr.GsBase:
                VirtualProcessor.SetGsBase(value);
                return true;
            case Msr.KernelGsBase:
                VirtualProcessor.KernelGsBase = value;
                return true;
            case Msr.Lstar:
                VirtualProcessor.Lstar = value;
                return true;
            default:
                return false;
        }
    }
}
