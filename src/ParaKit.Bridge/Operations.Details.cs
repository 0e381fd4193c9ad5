using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <content>The longer ones.</content>
internal static unsafe partial class Operations
{
    private const int CodeSegment = 1;
    private const int StackSegment = 2;
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

        Delivery.SetFlags(frame, (Delivery.FlagsOf(frame) & ~Poppable) | (flags & Poppable));
        return true;
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

        frame->Rip = words[0];
        EnterLevel((ushort)words[1], (ushort)words[4]);
        Delivery.SetFlags(frame, words[2]);
        frame->Rsp = words[3];
        return true;
    }

    private static bool TryFarReturn(TrapFrame* frame)
    {
        if (!TryPop(frame, out ulong rip) || !TryPop(frame, out ulong selector))
        {
            return false;
        }

        frame->Rip = rip;
        EnterLevel((ushort)selector, VirtualProcessor.Selector(StackSegment));
        return true;
    }

    private static bool TryFarJump(TrapFrame* frame, PayloadSite* site)
    {
        ulong address = Registers.Address(frame, site);
        if (!PayloadAccess.TryRead(address, out ulong rip) || !PayloadAccess.TryRead(address + sizeof(ulong), sizeof(ushort), out ulong selector))
        {
            return false;
        }

        frame->Rip = rip;
        EnterLevel((ushort)selector, VirtualProcessor.Selector(StackSegment));
        return true;
    }

    private static bool TryFarCall(TrapFrame* frame, PayloadSite* site)
    {
        ulong back = frame->Rip;
        ushort code = VirtualProcessor.Selector(CodeSegment);
        ulong stack = frame->Rsp;
        bool isCalled = TryFarJump(frame, site) && PayloadAccess.TryWrite(stack - sizeof(ulong), code)
            && PayloadAccess.TryWrite(stack - (2 * sizeof(ulong)), back);
        frame->Rsp -= isCalled ? 2UL * sizeof(ulong) : 0;
        return isCalled;
    }

    private static void ReturnFromSystemCall(TrapFrame* frame)
    {
        const int StarSysretShift = 48;
        ushort selector = (ushort)(VirtualProcessor.Star >> StarSysretShift);
        frame->Rip = frame->Rcx;
        Delivery.SetFlags(frame, frame->R11);
        EnterLevel((ushort)((selector + 16) | 3), (ushort)((selector + 8) | 3));
    }

    private static void EnterLevel(ushort code, ushort stack)
    {
        VirtualProcessor.Selector(CodeSegment) = code;
        VirtualProcessor.Selector(StackSegment) = stack;
        VirtualProcessor.Level = (code & 3) == 3 ? 3 : 0;
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

    private static bool SetSegment(int segment, ulong selector)
    {
        VirtualProcessor.Selector(segment) = (ushort)selector;
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
            case Msr.Lstar:
                VirtualProcessor.Lstar = value;
                return true;
            case Msr.FMask:
                VirtualProcessor.FlagMask = value;
                return true;
            case Msr.FsBase:
                VirtualProcessor.SetFsBase(value);
                return true;
            case Msr.GsBase:
                VirtualProcessor.SetGsBase(value);
                return true;
            case Msr.KernelGsBase:
                VirtualProcessor.KernelGsBase = value;
                return true;
            default:
                return false;
        }
    }
}
