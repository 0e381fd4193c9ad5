using System.Runtime;
using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>Everything that interrupts the native kernel and its programs, and returns to them.</summary>
internal static unsafe class Traps
{
    private const int BreakpointVector = 3;

    /// <summary>Vector of the interrupts that stand where privileged instructions were.</summary>
    private const int SiteVector = 0x90;

    private const int InterruptLength = 2;
    private const int BreakpointLength = 1;

    /// <summary>Installs the handlers; programs and kernel may use those of the sites.</summary>
    public static void Load()
    {
        var gates = (GateDescriptor*)PageTable.ToVirtual(Frames.Take());
        for (int vector = 0; vector < TrapEntries.Count; vector++)
        {
            bool isOpen = vector is BreakpointVector or SiteVector;
            gates[vector] = GateDescriptor.Interrupt(TrapEntries.Vector(vector), isOpen ? 3 : 0);
        }

        var pointer = new DescriptorTablePointer { Limit = (ushort)((TrapEntries.Count * sizeof(GateDescriptor)) - 1), Base = gates };
        X86.Lidt(&pointer);
        X86.Wrmsr(Msr.Lstar, TrapEntries.SystemCall);
        X86.SetKernelStack(null, PageTable.ToVirtual(StackTop()));
    }

    /// <summary>HLT: sleeps until an interrupt waits. With interrupts off nothing can end that.</summary>
    [EventsMasked]
    public static void WaitForInterrupt(TrapFrame* frame)
    {
        if (!VirtualProcessor.InterruptsEnabled)
        {
            Stop(frame, "the kernel halted with interrupts disabled");
        }

        while (!InterruptControllers.IsWaiting)
        {
            // Blocking opens the event mask; the event is taken by a nested trap.
            X86.Sti();
            if (!InterruptControllers.IsWaiting)
            {
                X86.Hlt();
            }

            X86.Cli();
        }
    }

    /// <summary>Ends the domain with a reason.</summary>
    public static void Stop(TrapFrame* frame, string reason)
    {
        Console.Write("bridge: at ");
        Console.WriteHex(frame->Rip);
        Console.Write(", stack ");
        Console.WriteHex(frame->Rsp);
        Console.Write(", CR3 ");
        Console.WriteHex(VirtualProcessor.Cr3);
        Console.Write("\n");
        Platform.Fail(reason);
    }

    [RuntimeExport("kernel_trap")]
    private static TrapFrame* Handle(TrapFrame* frame)
    {
        TakeEvents(frame);
        if (!frame->FromUser)
        {
            if (frame->Vector < TrapEntries.Count)
            {
                Stop(frame, "exception in the bridge");
            }

            return frame;
        }

        Dispatch(frame);
        Delivery.DeliverPending(frame);
        LiveTables.Activate(VirtualProcessor.IsUser);
        return frame;
    }

    private static void TakeEvents(TrapFrame* frame)
    {
        while (Interrupts.TryTake(frame, out int line))
        {
            if (line == IntervalTimer.EventLine)
            {
                IntervalTimer.Tick();
            }
        }
    }

    private static void Dispatch(TrapFrame* frame)
    {
        switch (frame->Vector)
        {
            case SiteVector:
                Site(frame, SiteVector, InterruptLength);
                break;
            case BreakpointVector:
                Site(frame, BreakpointVector, BreakpointLength);
                break;
            case TrapFrame.SystemCallVector when VirtualProcessor.IsUser:
                Delivery.SystemCall(frame);
                break;
            case TrapFrame.SystemCallVector:
                Stop(frame, "the kernel executed SYSCALL");
                break;
            case TrapFrame.EventVector:
                break;
            case Delivery.PageFault:
                PageFault(frame);
                break;
            case Delivery.GeneralProtection:
                GeneralProtection(frame);
                break;
            case < 32:
                Delivery.Raise(frame, (int)frame->Vector, frame->ErrorCode);
                break;
        }
    }

    /// <summary>Performs the instruction that the interrupt replaced; an interrupt that is the program's own is delivered.</summary>
    private static void Site(TrapFrame* frame, int vector, int length)
    {
        ulong address = frame->Rip - (ulong)length;
        bool isTrampoline = address - Payload.TrampolineStart < Payload.TrampolineBytes;
        ulong key = address;
        PayloadSite* site = isTrampoline || PayloadAccess.TryTranslate(address, out key) ? Payload.Find(key) : null;
        if (site == null)
        {
            Delivery.SoftwareInterrupt(frame, vector, length);
            return;
        }

        frame->Rip = address;
        Operations.Perform(frame, site);
    }

    private static void PageFault(TrapFrame* frame)
    {
        ulong address = X86.ReadCr2();
        uint access = ((uint)frame->ErrorCode & (PayloadTables.Write | PayloadTables.Fetch)) | (VirtualProcessor.IsUser ? PayloadTables.User : 0);
        if (!LiveTables.TryFill(address, access, out uint errorCode))
        {
            VirtualProcessor.Cr2 = address;
            Delivery.Raise(frame, Delivery.PageFault, errorCode);
        }
    }

    /// <summary>
    /// INT n whose gate is not open arrives so; the instruction says which it was, because not every machine's error code does. Everything else
    /// is the mistake of whoever made it, or a privileged instruction that the rewriter did not find: the kernel sees the fault either way.
    /// </summary>
    private static void GeneralProtection(TrapFrame* frame)
    {
        const ulong InterruptTable = 2;
        const byte InterruptOpcode = 0xcd;
        if ((frame->ErrorCode & InterruptTable) != 0 && TryReadCode(frame->Rip, out ulong code) && (byte)code == InterruptOpcode)
        {
            frame->Rip += InterruptLength;
            Site(frame, (byte)(code >> 8), InterruptLength);
            return;
        }

        Delivery.Raise(frame, Delivery.GeneralProtection, frame->ErrorCode);
    }

    /// <summary>Reads two bytes of code: the kernel's or a program's, or of the trampolines, which are in nobody's tables.</summary>
    private static bool TryReadCode(ulong address, out ulong code)
    {
        ulong offset = address - Payload.TrampolineStart;
        if (offset < Payload.TrampolineBytes)
        {
            code = *(ushort*)PageTable.ToVirtual(Payload.TrampolineFrames + offset);
            return true;
        }

        return PayloadAccess.TryRead(address, sizeof(ushort), out code);
    }

    private static ulong StackTop()
    {
        const int StackPages = 8;
        ulong top = 0;
        for (int i = 0; i < StackPages; i++)
        {
            top = Frames.Take() + PageTable.PageSize;
        }

        return top;
    }
}
