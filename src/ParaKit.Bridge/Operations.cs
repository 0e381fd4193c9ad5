using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>What the replaced instructions do. RIP is behind the instruction while they do it.</summary>
internal static unsafe partial class Operations
{
    /// <summary>Performs the instruction of a site.</summary>
    public static void Perform(TrapFrame* frame, PayloadSite* site)
    {
        ulong start = frame->Rip;
        ulong stack = frame->Rsp;
        Fault.Clear();
        frame->Rip += site->Length;
        bool isPerformed = (!VirtualProcessor.IsUser || !IsPrivileged(site->Operation)) && TryPerform(frame, site);
        if (!isPerformed)
        {
            frame->Rip = start;
            frame->Rsp = stack;
            VirtualProcessor.Cr2 = Fault.Vector == Delivery.PageFault ? Fault.Address : VirtualProcessor.Cr2;
            Delivery.Raise(frame, Fault.Vector, Fault.ErrorCode);
        }
    }

    /// <summary>Whether a program that executes it gets #GP(0). The others do the same at every level, or tell the same.</summary>
    private static bool IsPrivileged(PayloadOperation operation) => operation
        is PayloadOperation.Cli or PayloadOperation.Sti or PayloadOperation.Hlt or PayloadOperation.Sysret or PayloadOperation.Swapgs
        or PayloadOperation.Clts or PayloadOperation.ReadControl or PayloadOperation.WriteControl or PayloadOperation.ReadDebug
        or PayloadOperation.WriteDebug or PayloadOperation.Lmsw or PayloadOperation.Lgdt or PayloadOperation.Lidt or PayloadOperation.Lldt
        or PayloadOperation.Ltr or PayloadOperation.Invlpg or PayloadOperation.In or PayloadOperation.Out or PayloadOperation.Rdmsr
        or PayloadOperation.Wrmsr or PayloadOperation.Nothing;

    private static bool TryPerform(TrapFrame* frame, PayloadSite* site)
    {
        switch (site->Operation)
        {
            case PayloadOperation.Nothing or PayloadOperation.CheckInterrupts:
                return true;
            case PayloadOperation.Cli:
                VirtualProcessor.InterruptsEnabled = false;
                return true;
            case PayloadOperation.Sti:
                VirtualProcessor.InterruptsEnabled = true;
                return true;
            case PayloadOperation.Hlt:
                Traps.WaitForInterrupt(frame);
                return true;
            case PayloadOperation.Clts:
                VirtualProcessor.Cr0 &= ~8UL;
                return true;
            case PayloadOperation.Swapgs:
                VirtualProcessor.SwapGs();
                return true;
            case PayloadOperation.Interrupt:
                Delivery.SoftwareInterrupt(frame, (int)site->Value, site->Length);
                return true;
            default:
                return TryFlagsAndReturns(frame, site) || TryRegisters(frame, site) || TryTables(frame, site) || TryDevices(frame, site);
        }
    }

    private static bool TryFlagsAndReturns(TrapFrame* frame, PayloadSite* site)
    {
        switch (site->Operation)
        {
            case PayloadOperation.Pushf:
                return TryPush(frame, Delivery.FlagsOf(frame) & ~0x30000UL);
            case PayloadOperation.Popf:
                return TryPopFlags(frame);
            case PayloadOperation.Iret:
                return TryReturnFromInterrupt(frame);
            case PayloadOperation.FarReturn:
                return TryFarReturn(frame);
            case PayloadOperation.FarJump:
                return TryFarJump(frame, site);
            case PayloadOperation.FarCall:
                return TryFarCall(frame, site);
            case PayloadOperation.Sysret:
                ReturnFromSystemCall(frame);
                return true;
            default:
                return false;
        }
    }

    private static bool TryRegisters(TrapFrame* frame, PayloadSite* site)
    {
        switch (site->Operation)
        {
            case PayloadOperation.ReadControl:
                Registers.Write(frame, site->Register, sizeof(ulong), ReadControl(site->Special));
                return true;
            case PayloadOperation.WriteControl:
                WriteControl(site->Special, *Registers.Of(frame, site->Register));
                return true;
            case PayloadOperation.ReadDebug:
                Registers.Write(frame, site->Register, sizeof(ulong), VirtualProcessor.Debug(site->Special));
                return true;
            case PayloadOperation.WriteDebug:
                VirtualProcessor.Debug(site->Special) = *Registers.Of(frame, site->Register);
                return true;
            case PayloadOperation.Smsw:
                return TryStore(frame, site, VirtualProcessor.Cr0);
            case PayloadOperation.Lmsw:
                return TryLoad(frame, site, out ulong word) && SetLowControl(word);
            case PayloadOperation.Rdmsr:
                return TryReadModel(frame);
            case PayloadOperation.Wrmsr:
                return TryWriteModel(frame);
            default:
                return TrySegments(frame, site);
        }
    }

    private static bool TrySegments(TrapFrame* frame, PayloadSite* site)
    {
        switch (site->Operation)
        {
            case PayloadOperation.ReadSegment:
                return TryStore(frame, site, VirtualProcessor.Selector(site->Special));
            case PayloadOperation.WriteSegment:
                return TryLoad(frame, site, out ulong selector) && Segments.TryLoad(site->Special, (ushort)selector);
            case PayloadOperation.PushSegment:
                return TryPush(frame, VirtualProcessor.Selector(site->Special));
            case PayloadOperation.PopSegment:
                return TryPop(frame, out ulong popped) && Segments.TryLoad(site->Special, (ushort)popped);
            default:
                return false;
        }
    }

    private static bool TryTables(TrapFrame* frame, PayloadSite* site)
    {
        switch (site->Operation)
        {
            case PayloadOperation.Lgdt:
                return TryLoadTable(frame, site, ref VirtualProcessor.Gdt);
            case PayloadOperation.Lidt:
                return TryLoadTable(frame, site, ref VirtualProcessor.Idt);
            case PayloadOperation.Sgdt:
                return TryStoreTable(frame, site, VirtualProcessor.Gdt);
            case PayloadOperation.Sidt:
                return TryStoreTable(frame, site, VirtualProcessor.Idt);
            case PayloadOperation.Lldt:
                return TryLoad(frame, site, out ulong local) && VirtualProcessor.TryLoadLocalTable((ushort)local);
            case PayloadOperation.Sldt:
                return TryStore(frame, site, VirtualProcessor.LocalTable);
            case PayloadOperation.Ltr:
                return TryLoad(frame, site, out ulong task) && VirtualProcessor.TryLoadTask((ushort)task);
            case PayloadOperation.Str:
                return TryStore(frame, site, VirtualProcessor.TaskSelector);
            case PayloadOperation.Lar or PayloadOperation.Lsl or PayloadOperation.Verr or PayloadOperation.Verw:
                return TryLoad(frame, site, out ulong inspected) && Descriptors.TryInspect(frame, site, (ushort)inspected);
            case PayloadOperation.Invlpg:
                LiveTables.Invalidate(Registers.Address(frame, site));
                return true;
            default:
                return false;
        }
    }

    private static bool TryDevices(TrapFrame* frame, PayloadSite* site)
    {
        int port = site->Value < 0 ? (ushort)frame->Rdx : (int)site->Value;
        switch (site->Operation)
        {
            case PayloadOperation.In:
                Registers.Write(frame, 0, site->Width, Ports.Read(port, site->Width));
                return true;
            case PayloadOperation.Out:
                Ports.Write(port, site->Width, (uint)frame->Rax);
                return true;
            default:
                return false;
        }
    }
}
