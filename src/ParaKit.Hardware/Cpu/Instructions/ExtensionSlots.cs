using ParaKit.Hardware.Extensions;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>The instructions that extensions define; see <see cref="ExtensionSpace"/>.</summary>
internal static unsafe class ExtensionSlots
{
    /// <summary>Executes one; <see cref="ExtensionSpace.Contains"/> holds for it.</summary>
    public static DecodedInstruction* Execute(CpuState* cpu, DecodedInstruction* op)
    {
        Processor processor = Processor.Of(cpu);
        int number = op->First / sizeof(ulong);
        if (number >= processor.Extensions.Count || processor.Extensions[number] is not { } extension)
        {
            return Step.InvalidOpcode(cpu, op);
        }

        if (extension.IsPrivileged && cpu->Cpl != 0)
        {
            return Step.GeneralProtection(cpu, op);
        }

        ulong* operand = (ulong*)((byte*)cpu + op->Second);
        *operand = extension.Execute(*operand);
        processor.Clock.Charge(extension.Cycles);
        return op + 1;
    }
}
