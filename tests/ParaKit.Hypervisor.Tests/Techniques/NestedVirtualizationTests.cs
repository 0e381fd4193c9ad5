using Iced.Intel;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>Guests that execute VMRUN: what is refused, and that no control structure breaks the monitor.</summary>
public sealed class NestedVirtualizationTests
{
    private const ulong Block = BareGuest.Scratch;
    private const ulong Efer = 0xc000_0080;
    private const int Svme = 1 << 12;

    [Fact]
    public void WithoutSvme_VmrunIsUndefined()
    {
        RunResult result = Run(a =>
        {
            Label handlers = a.CreateLabel();
            Label start = a.CreateLabel();
            a.jmp(start);
            a.Label(ref handlers);
            a.mov(eax, 6);
            a.Exit();
            a.Label(ref start);
            a.LoadSegments();
            a.LoadGates(handlers);
            Vmrun(a, Block);
        });
        Assert.Equal(6, result.ExitCode);
    }

    [Theory]
    [InlineData(Block + 8)]
    [InlineData(1UL << 40)]
    public void StructureThatIsNoPage_EndsTheRunWithItsAddress(ulong address)
    {
        RunResult result = Run(a =>
        {
            Enable(a);
            Vmrun(a, address);
        });
        Assert.Equal(RunOutcome.Unimplemented, result.Outcome);
        Assert.Contains($"0x{address:x}", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void InconsistentStructure_ExitsAsInvalidBehindTheInstruction()
    {
        RunResult result = Run(a =>
        {
            Enable(a);
            Vmrun(a, Block);
            a.mov(rcx, Block);
            a.mov(rax, __qword_ptr[rcx + 0x70]);
            a.neg(eax);
            a.Exit();
        });
        Assert.Equal((RunOutcome.ShutDown, 1), (result.Outcome, result.ExitCode));
        Assert.Equal(1, result.HardwareAssist["exits handed to the guest"]);
    }

    [Fact]
    public void UnknownIntercept_IsNamed()
    {
        RunResult result = Run(a =>
        {
            Enable(a);
            Fill(a, (0x0c, 1), (0x10, 1), (0x58, 1), (0x4d0, 0x1d01), (0x558, 0x80010033));
            Vmrun(a, Block);
        });
        Assert.Equal(RunOutcome.Unimplemented, result.Outcome);
        Assert.Contains("intercepts beyond CPUID", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>Everything that does not make it inconsistent is random: the run ends somehow, with a reason.</summary>
    [Fact]
    public void RandomStructures_NeverBreakTheMonitor()
    {
        var outcomes = new HashSet<RunOutcome>();
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            RunResult result = Run(a =>
            {
                Enable(a);
                Fill(a, Structure(random));
                Vmrun(a, Block);
                Vmrun(a, Block);
                a.mov(eax, 1);
                a.Exit();
            });
            outcomes.Add(result.Outcome);
            Assert.True(result.Outcome == RunOutcome.ShutDown || result.Reason is not null, $"seed {seed}");
        }

        Assert.Contains(RunOutcome.ShutDown, outcomes);
        Assert.True(outcomes.Count > 1, "no structure was entered");
    }

    private static (int Offset, ulong Value)[] Structure(Random random)
    {
        ulong Word() => (ulong)random.NextInt64() << random.Next(2);
        ulong Near() => (ulong)random.NextInt64(0, (long)BareGuest.MemoryBytes * 2) & ~(ulong)(random.Next(2) == 0 ? 0xfff : 0);
        return
        [
            (0x0c, (1UL << 18) | (1UL << 31) | (1UL << 32) | (random.Next(2) == 0 ? 1UL << 27 : 0)),
            (0x40, Near()), (0x58, 1UL | ((ulong)random.Next(4) << 32)), (0x68, Word()), (0x90, 1), (0xa8, random.Next(2) == 0 ? 0 : Word()), (0xb0, Near()),
            (0x400, Word()), (0x410, random.Next(2) == 0 ? Word() : 0x0a9b0008_0000_0000), (0x418, Word()), (0x420, Word()), (0x430, Word()), (0x460, Word()), (0x468, Near()),
            (0x480, Word()), (0x488, Near()), (0x4c8, (ulong)random.Next(4) << 24), (0x4d0, 0x1d01 | (Word() & 0xfff0)), (0x548, random.Next(2) == 0 ? 0x620 : Word()),
            (0x550, Near()), (0x558, 0x8001_0033 | (Word() & 0xffff)), (0x570, Word()), (0x578, Near()), (0x5d8, Near()), (0x5f8, Word()), (0x640, Word()),
        ];
    }

    private static void Fill(BareGuest a, params (int Offset, ulong Value)[] fields)
    {
        foreach ((int offset, ulong value) in fields)
        {
            a.Store(Block + (ulong)offset, value);
        }
    }

    private static void Enable(BareGuest a)
    {
        a.mov(ecx, unchecked((int)Efer));
        a.rdmsr();
        a.or(eax, Svme);
        a.wrmsr();
    }

    private static void Vmrun(BareGuest a, ulong address)
    {
        a.mov(rax, address);
        a.AddInstruction(Instruction.Create(Code.Vmrunq));
    }

    private static RunResult Run(Action<BareGuest> body)
    {
        KernelImage image = BareGuest.Build(body);
        return new HardwareTechnique().Run(
            new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 20_000, NestedVirtualization = true });
    }
}
