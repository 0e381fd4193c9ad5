using Iced.Intel;
using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>RDMSR, WRMSR, RDTSC, RDTSCP and CPUID.</summary>
internal static unsafe class ModelSpecific
{
    [Instruction(Code.Rdmsr)]
    public static DecodedInstruction* Rdmsr(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl == 0 && Exits(cpu, Intercepts.ReadModelSpecific))
        {
            return Step.Intercept(cpu, op, ExitReason.ReadModelSpecific);
        }

        uint number = (uint)cpu->Registers[GeneralRegister.Rcx];
        ulong cycles = number == ModelSpecificRegisters.TimeStampCounter ? Processor.Of(cpu).CyclesAt(op) : 0;
        if (cpu->Cpl != 0 || !ModelSpecificRegisters.TryRead(cpu, number, cycles, out ulong value))
        {
            return Step.GeneralProtection(cpu, op);
        }

        WritePair(cpu, value);
        return op + 1;
    }

    [Instruction(Code.Wrmsr)]
    public static DecodedInstruction* Wrmsr(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl == 0 && Exits(cpu, Intercepts.WriteModelSpecific))
        {
            return Step.Intercept(cpu, op, ExitReason.WriteModelSpecific);
        }

        uint number = (uint)cpu->Registers[GeneralRegister.Rcx];
        ulong value = (cpu->Registers[GeneralRegister.Rdx] << 32) | (uint)cpu->Registers[GeneralRegister.Rax];
        Processor processor = Processor.Of(cpu);
        if (cpu->Cpl != 0 || !ModelSpecificRegisters.TryWrite(cpu, number, value, processor.CyclesAt(op)))
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (number == ModelSpecificRegisters.ExtendedFeatureEnable)
        {
            processor.FlushTlb();
        }

        return Step.Leave(cpu, op);
    }

    [Instruction(Code.Rdtsc)]
    public static DecodedInstruction* Rdtsc(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->Cpl != 0 && (cpu->Cr4 & Cr4.TimeStampDisable) != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        if (Exits(cpu, Intercepts.TimeStamp))
        {
            return Step.Intercept(cpu, op, ExitReason.TimeStamp);
        }

        WritePair(cpu, Processor.Of(cpu).CyclesAt(op) + cpu->TscOffset);
        return op + 1;
    }

    [Instruction(Code.Rdtscp)]
    public static DecodedInstruction* Rdtscp(CpuState* cpu, DecodedInstruction* op)
    {
        DecodedInstruction* next = Rdtsc(cpu, op);
        if (next != null)
        {
            cpu->Registers[GeneralRegister.Rcx] = (uint)cpu->TscAux;
        }

        return next;
    }

    [Instruction(Code.Cpuid)]
    public static DecodedInstruction* Cpuid(CpuState* cpu, DecodedInstruction* op)
    {
        if (Exits(cpu, Intercepts.Cpuid))
        {
            return Step.Intercept(cpu, op, ExitReason.Cpuid);
        }

        ref GeneralRegisters registers = ref cpu->Registers;
        Processor processor = Processor.Of(cpu);
        CpuidLeaf leaf = CpuidProfile.Read(
            (uint)registers[GeneralRegister.Rax], (uint)registers[GeneralRegister.Rcx], processor.Clock.FrequencyHz, processor.OffersVirtualization, processor.LocalApic);
        registers[GeneralRegister.Rax] = leaf.Eax;
        registers[GeneralRegister.Rbx] = leaf.Ebx;
        registers[GeneralRegister.Rcx] = leaf.Ecx;
        registers[GeneralRegister.Rdx] = leaf.Edx;
        return op + 1;
    }

    private static bool Exits(CpuState* cpu, Intercepts intercept) => (Processor.Of(cpu).Controls.Intercepts & intercept) != 0;

    private static void WritePair(CpuState* cpu, ulong value)
    {
        cpu->Registers[GeneralRegister.Rax] = (uint)value;
        cpu->Registers[GeneralRegister.Rdx] = value >> 32;
    }
}
