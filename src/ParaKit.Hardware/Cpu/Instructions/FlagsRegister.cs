using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>CLI, STI, PUSHF and POPF: the instructions that look at CPL and IOPL.</summary>
/// <remarks>
/// <code>
///                CPL = 0     0 &lt; CPL &lt;= IOPL    CPL > IOPL
/// CLI, STI       done        done               #GP(0)
/// POPF: IF       written     written            kept, silently
/// POPF: IOPL     written     kept, silently     kept, silently
/// </code>
/// Intel SDM vol. 2, "CLI", "STI", "POPF/POPFD/POPFQ".
/// </remarks>
internal static unsafe class FlagsRegister
{
    private const ulong Poppable = Flags.ArithmeticMask | Flags.Trap | Flags.Interrupt | Flags.Direction
        | Flags.IoPrivilege | Flags.NestedTask | Flags.AlignmentCheck | Flags.Identification;

    private const ulong PushMask = ~(Flags.Resume | Flags.Virtual8086);

    [Instruction(Code.Cli)]
    public static DecodedInstruction* Cli(CpuState* cpu, DecodedInstruction* op)
    {
        if (!MayChangeInterrupts(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        cpu->SystemFlags &= ~Flags.Interrupt;
        return op + 1;
    }

    [Instruction(Code.Sti)]
    public static DecodedInstruction* Sti(CpuState* cpu, DecodedInstruction* op)
    {
        if (!MayChangeInterrupts(cpu))
        {
            return Step.GeneralProtection(cpu, op);
        }

        if ((cpu->SystemFlags & Flags.Interrupt) != 0)
        {
            return op + 1;
        }

        cpu->SystemFlags |= Flags.Interrupt;
        cpu->InterruptShadow = true;
        return Step.Leave(cpu, op);
    }

    [Instruction(Code.Pushfq)]
    public static DecodedInstruction* Pushfq(CpuState* cpu, DecodedInstruction* op) =>
        Stack.TryPush<ulong>(cpu, op, cpu->Rflags & PushMask) ? op + 1 : null;

    [Instruction(Code.Pushfw)]
    public static DecodedInstruction* Pushfw(CpuState* cpu, DecodedInstruction* op) =>
        Stack.TryPush<ushort>(cpu, op, cpu->Rflags) ? op + 1 : null;

    [Instruction(Code.Popfq)]
    public static DecodedInstruction* Popfq(CpuState* cpu, DecodedInstruction* op) => Popf<ulong>(cpu, op, Poppable);

    [Instruction(Code.Popfw)]
    public static DecodedInstruction* Popfw(CpuState* cpu, DecodedInstruction* op) =>
        Popf<ushort>(cpu, op, Poppable & ushort.MaxValue);

    /// <summary>Writes those of the <paramref name="mask"/> bits that CPL and IOPL let through.</summary>
    public static void Restore(CpuState* cpu, ulong flags, ulong mask)
    {
        if (cpu->Cpl != 0)
        {
            mask &= ~(Flags.IoPrivilege | Flags.VirtualInterrupt | Flags.VirtualInterruptPending);
        }

        if (!MayChangeInterrupts(cpu))
        {
            mask &= ~Flags.Interrupt;
        }

        cpu->Rflags = (cpu->Rflags & ~mask) | (flags & mask);
    }

    private static bool MayChangeInterrupts(CpuState* cpu) =>
        cpu->Cpl <= (int)((cpu->SystemFlags & Flags.IoPrivilege) >> Flags.IoPrivilegeShift);

    private static DecodedInstruction* Popf<T>(CpuState* cpu, DecodedInstruction* op, ulong mask)
        where T : unmanaged
    {
        ulong stack = cpu->Registers[GeneralRegister.Rsp];
        if (!Stack.TryReadStack<T>(cpu, op, stack, out ulong flags))
        {
            return null;
        }

        cpu->Registers[GeneralRegister.Rsp] = stack + (uint)sizeof(T);
        ulong before = cpu->SystemFlags;
        Restore(cpu, flags, mask);
        cpu->SystemFlags &= ~Flags.Resume;
        // The run loop has to look if interrupts or single-stepping were switched on.
        ulong switchedOn = ~before & cpu->SystemFlags & (Flags.Interrupt | Flags.Trap);
        return switchedOn != 0 ? Step.Leave(cpu, op) : op + 1;
    }
}
