namespace ParaKit.Hardware.Cpu;

public sealed unsafe partial class Processor
{
    /// <summary>
    /// Retires at most <paramref name="instructions"/> instructions and returns why it stopped. Devices other than ports and
    /// the interrupt pin do not move meanwhile.
    /// </summary>
    public ProcessorExit Run(long instructions) =>
        new(instructions <= 0 || Memory is null ? ExitReason.BudgetExhausted : ExitReason.Unimplemented);

    /// <summary>
    /// Delivers an exception through the guest's IDT as if the instruction at RIP had raised it. A fault on the way becomes
    /// a double fault.
    /// </summary>
    /// <returns>False if that ended in a triple fault.</returns>
    public bool DeliverException(byte vector, uint? errorCode = null) => vector > 31 && errorCode is null && Memory is null;

    /// <summary>Delivers an external interrupt through the guest's IDT; RFLAGS.IF is not looked at.</summary>
    /// <returns>False if that ended in a triple fault.</returns>
    public bool DeliverInterrupt(byte vector) => vector > 31 && Memory is null;
}
