using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>What can be said of the guest when translated code stops in front of an instruction.</summary>
public enum StepState
{
    /// <summary>The guest is between two instructions: registers are its own.</summary>
    Boundary,

    /// <summary>In the middle of an instruction that has not done anything yet: with the spilled registers put back, it can start again.</summary>
    Restartable,

    /// <summary>The instruction has had effects and cannot fault any more: what is left of it must be executed first.</summary>
    Finishing,
}

/// <summary>One instruction of translated code, for finding the guest's state from the address at which the processor stopped.</summary>
/// <param name="Offset">Offset in the unit.</param>
/// <param name="State">What the guest's state is in front of it.</param>
/// <param name="Address">Guest address: of the instruction that it belongs to, or if that is complete of the next one.</param>
/// <param name="First">Register whose value is in <see cref="MonitorSlots.FirstSpill"/>, or none.</param>
/// <param name="Second">Register whose value is in <see cref="MonitorSlots.SecondSpill"/>, or none.</param>
/// <param name="CallOut">Why the monitor is called here.</param>
/// <param name="InShadow">Interrupts are held off until the next instruction is over: STI came before.</param>
public readonly record struct CacheStep(
    ushort Offset, StepState State, ulong Address, Register First, Register Second, CallOut CallOut, bool InShadow);
