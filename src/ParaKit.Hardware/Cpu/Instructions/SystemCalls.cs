using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>SYSCALL, SYSRET and SWAPGS. Intel SDM vol. 2, the instructions of these names.</summary>
internal static unsafe class SystemCalls
{
    private const int StarSyscallShift = 32;
    private const int StarSysretShift = 48;
    private const ulong SysretFlags = (Flags.SystemMask | Flags.ArithmeticMask) & ~(Flags.Resume | Flags.Virtual8086);

    [Instruction(Code.Syscall)]
    public static DecodedInstruction* Syscall(CpuState* cpu, DecodedInstruction* op)
    {
        Processor processor = Processor.Of(cpu);
        if (processor.Controls.Syscall)
        {
            processor.Counters.Syscalls++;
            return Step.Exit(cpu, op, ExitReason.Syscall);
        }

        if ((cpu->Efer & Efer.SystemCallEnable) == 0)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        processor.Counters.Syscalls++;
        processor.Clock.Charge(processor.Costs.SyscallEntry);
        cpu->Registers[GeneralRegister.Rcx] = Step.NextAddress(cpu, op);
        cpu->Registers[GeneralRegister.R11] = cpu->Rflags & ~Flags.Resume;
        cpu->Rflags &= ~cpu->FMask;
        int selector = (int)(cpu->Star >> StarSyscallShift) & 0xfffc;
        cpu->Cs = Segmentation.FlatCode((ushort)selector, dpl: 0);
        cpu->Ss = Segmentation.FlatData((ushort)(selector + 8), dpl: 0);
        cpu->Cpl = 0;
        return Step.LeaveTo(cpu, op, cpu->Lstar);
    }

    [Instruction(Code.Sysretq)]
    public static DecodedInstruction* Sysretq(CpuState* cpu, DecodedInstruction* op)
    {
        if ((cpu->Efer & Efer.SystemCallEnable) == 0)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        ulong rip = cpu->Registers[GeneralRegister.Rcx];
        if (cpu->Cpl != 0 || !Mmu.LinearAddress.IsCanonical(rip))
        {
            return Step.GeneralProtection(cpu, op);
        }

        Processor processor = Processor.Of(cpu);
        processor.Clock.Charge(processor.Costs.SyscallEntry);
        cpu->Rflags = cpu->Registers[GeneralRegister.R11] & SysretFlags;
        int selector = (int)(cpu->Star >> StarSysretShift) & 0xffff;
        cpu->Cs = Segmentation.FlatCode((ushort)((selector + 16) | 3), dpl: 3);
        cpu->Ss = Segmentation.FlatData((ushort)((selector + 8) | 3), dpl: 3);
        cpu->Cpl = 3;
        return Step.LeaveTo(cpu, op, rip);
    }

    /// <summary>Return to compatibility mode, which is not there.</summary>
    [Instruction(Code.Sysretd)]
    public static DecodedInstruction* Sysretd(CpuState* cpu, DecodedInstruction* op) =>
        cpu->Cpl != 0 ? Step.GeneralProtection(cpu, op) : ControlTransfer.Missing(cpu, op);

    [Instruction(Code.Swapgs)]
    public static DecodedInstruction* Swapgs(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        (cpu->Gs.Base, cpu->KernelGsBase) = (cpu->KernelGsBase, cpu->Gs.Base);
        return op + 1;
    }
}
