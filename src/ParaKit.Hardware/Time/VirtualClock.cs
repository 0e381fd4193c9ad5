namespace ParaKit.Hardware.Time;

/// <summary>Deterministic time: it moves only when somebody charges cycles to it.</summary>
/// <param name="frequencyHz">Cycles per second; not zero.</param>
public sealed class VirtualClock(ulong frequencyHz)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Cycles per second.</summary>
    public ulong FrequencyHz { get; } =
        frequencyHz != 0 ? frequencyHz : throw new ArgumentOutOfRangeException(nameof(frequencyHz));

    /// <summary>Cycles since the machine was built; the value of the time-stamp counter.</summary>
    public ulong Cycles { get; private set; }

    /// <summary>Cycles of those in which nothing was done: time that passed by waiting.</summary>
    public ulong IdleCycles { get; private set; }

    /// <summary>Virtual nanoseconds since the machine was built, rounded down.</summary>
    public ulong Nanoseconds => (ulong)((UInt128)Cycles * NanosecondsPerSecond / FrequencyHz);

    /// <summary>Takes over the time of another clock of the same frequency.</summary>
    internal void CopyStateFrom(VirtualClock other) => (Cycles, IdleCycles) = (other.Cycles, other.IdleCycles);

    /// <summary>Lets <paramref name="cycles"/> pass.</summary>
    public void Charge(ulong cycles) => Cycles += cycles;

    /// <summary>Lets time pass until <paramref name="cycles"/>; does nothing if that moment is over.</summary>
    public void AdvanceTo(ulong cycles)
    {
        if (cycles > Cycles)
        {
            IdleCycles += cycles - Cycles;
            Cycles = cycles;
        }
    }

    /// <summary>Lets time pass until <paramref name="nanoseconds"/>; does nothing if that moment is over.</summary>
    public void AdvanceToNanoseconds(ulong nanoseconds) => AdvanceTo(CyclesAtNanoseconds(nanoseconds));

    /// <summary>The first cycle that is not before <paramref name="nanoseconds"/>.</summary>
    public ulong CyclesAtNanoseconds(ulong nanoseconds)
    {
        UInt128 scaled = (UInt128)nanoseconds * FrequencyHz;
        return (ulong)((scaled + NanosecondsPerSecond - 1) / NanosecondsPerSecond);
    }
}
