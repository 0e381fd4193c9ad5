using ParaKit.Guest;

/// <summary>
/// Exceptions, interrupts and system calls, as the native kernel's processor would deliver them. Intel SDM vol. 3A, "Interrupt and Exception
/// Handling in 64-bit Mode"; vol. 2, "SYSCALL".
/// </summary>
internal static unsafe class Delivery
{
    public const int InvalidOpcode = 6;
    public const int DoubleFault = 8;
    public const int SegmentNotPresent = 11;
    public const int GeneralProtection = 13;
    public const int PageFault = 14;

    private const uint WithErrorCode = 0x0022_7d00;
    private const ulong ClearedByGate = 0x14100; // TF, NT, RF
    private const int InterruptGate = 14;
    private const int MaximumNesting = 3;

    /// <summary>
    /// Raises an exception at the frame's RIP. A fault of the delivery itself is delivered in its place if the first was no fault of the same
    /// kind, else as a double fault. Intel SDM vol. 3A, "Interrupt 8 - Double Fault Exception".
    /// </summary>
    public static void Raise(TrapFrame* frame, int vector, ulong errorCode)
    {
        for (int i = 0; i < MaximumNesting; i++)
        {
            bool hasCode = vector < 32 && ((WithErrorCode >> vector) & 1) != 0;
            Fault.Clear();
            if (TryDeliver(frame, vector, hasCode, errorCode))
            {
                return;
            }

            if (vector == DoubleFault)
            {
                break;
            }

            VirtualProcessor.Cr2 = Fault.Vector == PageFault ? Fault.Address : VirtualProcessor.Cr2;
            bool isDouble = IsContributory(vector) && (IsContributory(Fault.Vector) || (vector == PageFault && Fault.Vector == PageFault));
            errorCode = isDouble ? 0 : Fault.ErrorCode;
            vector = isDouble ? DoubleFault : Fault.Vector;
        }

        Traps.Stop(frame, "triple fault of the kernel");
    }

    private static bool IsContributory(int vector) => vector is 0 or (>= 10 and <= 14);

    /// <summary>INT n with RIP behind it; the gate says who may use it.</summary>
    public static void SoftwareInterrupt(TrapFrame* frame, int vector, int length)
    {
        if (TryReadGate(vector, out GateDescriptor gate) && gate.Privilege >= VirtualProcessor.Level
            && TryDeliver(frame, vector, hasCode: false, errorCode: 0))
        {
            return;
        }

        frame->Rip -= (ulong)length;
        Raise(frame, GeneralProtection, ((ulong)vector << 3) | 2);
    }

    /// <summary>Delivers the interrupt that waits, if the kernel takes interrupts.</summary>
    public static void DeliverPending(TrapFrame* frame)
    {
        if (!VirtualProcessor.InterruptsEnabled || !InterruptControllers.TryAcknowledge(out int vector))
        {
            return;
        }

        if (!TryDeliver(frame, vector, hasCode: false, errorCode: 0))
        {
            Traps.Stop(frame, "an interrupt could not be delivered to the kernel");
        }
    }

    /// <summary>SYSCALL of a program, with RIP behind it.</summary>
    public static void SystemCall(TrapFrame* frame)
    {
        const int StarSyscallShift = 32;
        ulong flags = FlagsOf(frame);
        frame->Rcx = frame->Rip;
        frame->R11 = flags;
        frame->Rip = VirtualProcessor.Lstar;
        SetFlags(frame, flags & ~VirtualProcessor.FlagMask);
        ushort selector = (ushort)((VirtualProcessor.Star >> StarSyscallShift) & 0xfffc);
        VirtualProcessor.Selector(1) = selector;
        VirtualProcessor.Selector(2) = (ushort)(selector + 8);
        VirtualProcessor.Level = 0;
    }

    /// <summary>The flags as the kernel knows them.</summary>
    public static ulong FlagsOf(TrapFrame* frame) =>
        (frame->Rflags & ~TrapFrame.InterruptFlag) | (VirtualProcessor.InterruptsEnabled ? TrapFrame.InterruptFlag : 0);

    /// <summary>Sets the flags as the kernel wants them; the real processor always takes interrupts.</summary>
    public static void SetFlags(TrapFrame* frame, ulong flags)
    {
        const ulong IoPrivilege = 0x3000;
        VirtualProcessor.InterruptsEnabled = (flags & TrapFrame.InterruptFlag) != 0;
        frame->Rflags = (flags & ~IoPrivilege) | TrapFrame.InterruptFlag | 2;
    }

    private static bool TryDeliver(TrapFrame* frame, int vector, bool hasCode, ulong errorCode)
    {
        if (!TryReadGate(vector, out GateDescriptor gate) || !TryFindStack(frame, gate, out ulong stack))
        {
            return false;
        }

        stack &= ~15UL;
        ulong flags = FlagsOf(frame);
        bool isPushed = TryPush(ref stack, VirtualProcessor.Selector(2)) && TryPush(ref stack, frame->Rsp) && TryPush(ref stack, flags)
            && TryPush(ref stack, VirtualProcessor.Selector(1)) && TryPush(ref stack, frame->Rip) && (!hasCode || TryPush(ref stack, errorCode));
        if (!isPushed)
        {
            return false;
        }

        if (VirtualProcessor.IsUser)
        {
            VirtualProcessor.Selector(2) = 0;
        }

        VirtualProcessor.Selector(1) = gate.Selector;
        VirtualProcessor.Level = 0;
        frame->Rsp = stack;
        frame->Rip = gate.Handler;
        SetFlags(frame, flags & ~ClearedByGate & ~(gate.Type == InterruptGate ? TrapFrame.InterruptFlag : 0));
        return true;
    }

    private static bool TryReadGate(int vector, out GateDescriptor gate)
    {
        gate = default;
        ulong place = VirtualProcessor.Idt.Base + ((ulong)vector * (ulong)sizeof(GateDescriptor));
        if ((ulong)((vector + 1) * sizeof(GateDescriptor)) - 1 > VirtualProcessor.Idt.Limit
            || !PayloadAccess.TryRead(place, out ulong low) || !PayloadAccess.TryRead(place + sizeof(ulong), out ulong high))
        {
            return false;
        }

        ulong* words = stackalloc ulong[2];
        words[0] = low;
        words[1] = high;
        gate = *(GateDescriptor*)words;
        return gate.IsPresent || Fault.NotPresent(SegmentNotPresent, ((ulong)vector << 3) | 2);
    }

    /// <summary>The stack of the gate's number, of the kernel for a program, or the current one.</summary>
    private static bool TryFindStack(TrapFrame* frame, GateDescriptor gate, out ulong stack)
    {
        const ulong KernelStack = 4;
        const ulong InterruptStacks = 28;
        stack = frame->Rsp;
        if (gate.InterruptStack != 0)
        {
            return PayloadAccess.TryRead(VirtualProcessor.TaskState + InterruptStacks + ((ulong)gate.InterruptStack * sizeof(ulong)), out stack);
        }

        return !VirtualProcessor.IsUser || PayloadAccess.TryRead(VirtualProcessor.TaskState + KernelStack, out stack);
    }

    private static bool TryPush(ref ulong stack, ulong value)
    {
        stack -= sizeof(ulong);
        return PayloadAccess.TryWrite(stack, value);
    }
}
