namespace ParaKit.Hardware.Cpu;

/// <summary>The pseudo-instruction in front of instructions that the host wants to see before they execute.</summary>
internal static unsafe class Observation
{
    public static DecodedInstruction* Stop(CpuState* cpu, DecodedInstruction* op)
    {
        if (cpu->PassObserved)
        {
            cpu->PassObserved = false;
            return op + 1;
        }

        cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = ExitReason.Observed };
        return Step.Abandon(cpu, op);
    }
}
