using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>AMD's virtualization, as far as a guest meets it. AMD64 Architecture Programmer's Manual vol. 3, "VMRUN".</summary>
internal static unsafe class SecureVirtualMachine
{
    [Instruction(Code.Vmrunq)]
    public static DecodedInstruction* Run(CpuState* cpu, DecodedInstruction* op)
    {
        bool isOffered = Processor.Of(cpu).OffersVirtualization && (cpu->Efer & Efer.SecureVirtualMachine) != 0;
        return !isOffered ? Step.InvalidOpcode(cpu, op)
            : cpu->Cpl != 0 ? Step.GeneralProtection(cpu, op)
            : Step.Intercept(cpu, op, ExitReason.VirtualMachineRun);
    }
}
