using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Time;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// Finds what a monitor cannot see: sensitive instructions that do not trap. Each is executed twice, once by a reference processor with
/// the guest's own view of itself and once by the real one, and their effects are compared; the guest goes on with the real ones. This is a
/// measuring instrument, not part of the technique: it costs no virtual time.
/// </summary>
internal sealed class SensitiveProbe : IDisposable
{
    private readonly Processor _reference;
    private readonly KernelImage _image;
    private readonly InstructionReader _reader = new();
    private readonly SortedDictionary<ulong, SilentFailure> _failures = [];

    public SensitiveProbe(Processor guest, KernelImage image)
    {
        _image = image;
        _reference = new Processor(guest.Memory, new VirtualClock(guest.Clock.FrequencyHz), guest.Costs)
        {
            NestedCr3 = guest.NestedCr3,
            Controls = ExitControls.All with { NestedPageFault = false },
        };
    }

    /// <summary>The instructions to stop at.</summary>
    public static IReadOnlySet<Code> Observed { get; } =
        SensitiveInstructions.CodesOf(InstructionClass.SensitiveUnprivileged).ToHashSet();

    /// <summary>What went wrong so far, by address.</summary>
    public IReadOnlyCollection<SilentFailure> Failures => _failures.Values;

    /// <summary>Executes the observed instruction at RIP.</summary>
    /// <param name="guest">The processor as the guest believes it to be, up to date.</param>
    /// <param name="direct">The processor that executes for it.</param>
    /// <returns>How the real execution ended.</returns>
    public ProcessorExit Execute(Processor guest, Processor direct)
    {
        if (!_reader.TryRead(guest, out var instruction))
        {
            direct.PassObserved();
            return direct.Run(1);
        }

        var places = InstructionEffects.Places(in instruction, guest);
        var before = InstructionEffects.Of(default, guest, guest.State.Rflags, places);
        _reference.CopyStateFrom(guest);
        var expectedExit = _reference.Run(1);
        var expected = InstructionEffects.Of(in expectedExit, _reference, _reference.State.Rflags, places);
        before.Restore(guest);

        direct.PassObserved();
        var exit = direct.Run(1);
        if (exit.Reason == ExitReason.BudgetExhausted)
        {
            var flags = (direct.State.Rflags & ~Deprivileging.VirtualFlags) | (guest.State.Rflags & Deprivileging.VirtualFlags);
            Compare(in instruction, expected, InstructionEffects.Of(in exit, direct, guest, flags, places));
        }

        return exit;
    }

    public void Dispose() => _reference.Dispose();

    private void Compare(in Instruction instruction, InstructionEffects expected, InstructionEffects actual)
    {
        if (expected.FirstDifference(actual) is not var (should, did))
        {
            return;
        }

        var address = instruction.IP;
        _failures.TryGetValue(address, out var known);
        known ??= new SilentFailure
        {
            Name = SensitiveInstructions.Find(instruction.Code)!.Name,
            Address = address,
            Instruction = _reader.Format(in instruction),
            Location = _image.Describe(address),
            Expected = should,
            Actual = did,
        };
        _failures[address] = known with { Count = known.Count + 1 };
    }
}
