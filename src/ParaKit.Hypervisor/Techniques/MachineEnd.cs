using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>What it means that the machine of an unmodified guest stopped.</summary>
internal static class MachineEnd
{
    /// <summary>Reason of a run that was cancelled.</summary>
    public const string Cancelled = "Stopped: the run was cancelled.";

    /// <summary>Reason of a run that used up its instructions.</summary>
    public const string LimitReached = "Stopped: the instruction limit is reached.";

    /// <summary>Outcome, and unless the guest shut itself down the reason.</summary>
    public static (RunOutcome Outcome, string? Reason) Judge(in ProcessorExit exit, Processor processor) => exit.Reason switch
    {
        ExitReason.PowerOff => (RunOutcome.ShutDown, null),
        ExitReason.Halt when (processor.State.Rflags & Flags.Interrupt) == 0 =>
            (RunOutcome.Stopped, "Stopped: the processor halted with interrupts disabled."),
        ExitReason.Halt => (RunOutcome.Stopped, "Stopped: deadlock. The processor halted and no device will interrupt."),
        ExitReason.Unimplemented => (RunOutcome.Unimplemented, "Unimplemented instruction: " + exit.Message),
        ExitReason.Shutdown => (RunOutcome.Crashed, "Triple fault. " + exit.Message),
        _ => (RunOutcome.Crashed, $"The processor stopped with {exit.Reason}. {exit.Message}"),
    };

    /// <summary>The reason with registers and back trace.</summary>
    public static string Describe(Processor processor, KernelImage image, string reason) =>
        DomainCrash.Describe(reason, image, ref processor.State, (ulong address, out ulong value) => TryReadStack(processor, address, out value));

    private static bool TryReadStack(Processor processor, ulong address, out ulong value)
    {
        var isMapped = processor.TryTranslate(address, AccessKind.Read, user: false, out var physical, out _)
            && processor.Memory.Contains(physical, sizeof(ulong));
        value = isMapped ? processor.Memory.Read<ulong>(physical) : 0;
        return isMapped;
    }
}
