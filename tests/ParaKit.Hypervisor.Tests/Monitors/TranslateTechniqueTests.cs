using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>A translated kernel behaves as on the bare machine, whatever it executes.</summary>
public sealed class TranslateTechniqueTests
{
    private const int Programs = 1000;
    private const int MinimumInstructions = 1000;
    private const int CheckedSeeds = 8;
    private const int SmallCache = 8 << 10;
    private const int Cache = 1 << 20;

    private static RunRequest Guest(KernelImage image) =>
        new(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 30_000_000 };

    private static RunResult Translate(KernelImage image, int cache = Cache) => new TranslateTechnique().Run(Guest(image), afterExit: null, cache);

    [Fact]
    public void RandomKernels_EndAsOnTheBareMachine() => Parallel.For(0, Programs, seed =>
    {
        var result = Compare(seed, RandomKernel.Build(seed, silent: true, rounds: 1), Cache);
        Assert.True(result.Instructions >= MinimumInstructions, $"seed {seed} executed {result.Instructions} instructions only");
    });

    [Fact]
    public void SmallCache_IsEmptiedAndFilledAgain() => Parallel.For(5000, 5030, seed =>
    {
        var result = Compare(seed, RandomKernel.Build(seed, silent: true, rounds: 3), SmallCache);
        Assert.True(result.Translation["evictions"] > 0, $"seed {seed}: the cache was never full");
    });

    [Fact]
    public void Shadow_IsTheCompositionOrEmpty_AfterEveryExit() => Parallel.For(1000, 1000 + CheckedSeeds, seed =>
    {
        var exits = 0;
        new TranslateTechnique().Run(
            Guest(RandomKernel.Build(seed, rounds: 2)),
            machine =>
            {
                ShadowOracle.Check(machine);
                exits++;
            },
            Cache);
        Assert.True(exits > 100, $"seed {seed} had {exits} exits");
    });

    /// <summary>The window is the kernel's own address space to the kernel: it can map memory there, use it, execute it.</summary>
    [Fact]
    public void Window_IsNotThereForTheGuest()
    {
        const ulong Top = 0xffff_ffff_ffe0_0000;
        const ulong Tables = BareGuest.Scratch + 0x10000;
        var image = BareGuest.Build(a =>
        {
            // The loader's tables end with the identity map: the kernel adds a large page at the very end of its address space.
            a.mov(rbx, cr3);
            a.Store(Tables, (Tables + 0x1000) | 3);
            a.mov(r11, Tables + 0xff8);
            a.mov(rax, (Tables + 0x1000) | 3);
            a.mov(__qword_ptr[r11], rax);
            a.mov(r11, Tables + 0x1ff8);
            a.mov(rax, 0x40_0083);
            a.mov(__qword_ptr[r11], rax);
            a.mov(rax, Tables);
            a.or(rax, 3);
            a.mov(__qword_ptr[rbx + 0xff8], rax);
            a.mov(rax, cr3);
            a.mov(cr3, rax);

            a.mov(rdi, Top);
            a.mov(__dword_ptr[rdi + 8], 0xc3 << 24 | 0x58ff31);
            a.mov(eax, __dword_ptr[rdi + 8]);
            a.Store(0x40_0100, 0xc3_2a_b0);
            a.lea(rax, __[rdi + 0x100]);
            a.call(rax);
            a.PrintByte();
            a.mov(eax, __dword_ptr[rdi + 8]);
            a.Exit();
        });
        var native = new NativeTechnique().Run(Guest(image));
        var result = Translate(image);
        Assert.Equal((RunOutcome.ShutDown, "*"), (native.Outcome, native.Console));
        Assert.Equal((native.Outcome, native.ExitCode, native.Console), (result.Outcome, result.ExitCode, result.Console));
    }

    /// <summary>A branch out of the canonical addresses faults at itself, not where it leads.</summary>
    [Fact]
    public void BranchToNowhere_FaultsAtTheBranch()
    {
        const ulong End = 0x7fff_ffff_f000;
        const ulong Tables = BareGuest.Scratch + 0x10000;
        var image = BareGuest.Build(a =>
        {
            var (handler, start) = (a.CreateLabel(), a.CreateLabel());
            a.jmp(start);
            a.Label(ref handler);
            a.mov(eax, __dword_ptr[rsp + 8]);
            a.Exit();
            a.Place(ref start, "start");
            a.LoadSegments();
            a.LoadGates(handler);

            // The last page of the lower half: a jump in it that leads past its end.
            a.mov(rbx, cr3);
            for (ulong level = 0; level < 2; level++)
            {
                a.Store(Tables + (level * 0x1000) + 0xff8, (Tables + ((level + 1) * 0x1000)) | 3);
            }

            a.Store(Tables + 0x2000 + 0xff8, (Tables + 0x3000) | 3);
            a.mov(rax, Tables | 3);
            a.mov(__qword_ptr[rbx + 0x7f8], rax);
            a.mov(rax, cr3);
            a.mov(cr3, rax);
            a.Store(Tables + 0x3ff0, 0x0100_e990_9090_9090);
            a.mov(rax, End + 0xff0);
            a.jmp(rax);
        });
        var native = new NativeTechnique().Run(Guest(image));
        var result = Translate(image);
        Assert.Equal((RunOutcome.ShutDown, unchecked((int)(End + 0xff5))), (native.Outcome, native.ExitCode));
        Assert.Equal((native.Outcome, native.ExitCode), (result.Outcome, result.ExitCode));
    }

    /// <summary>Instructions that write to page tables again and again stop to trap, and cost less than a tenth of the first trap.</summary>
    [Fact]
    public void PageTableWrites_TheSecondThousandIsCheap()
    {
        var image = PageTableWriter.Build();
        var native = new NativeTechnique().Run(Guest(image));
        using var state = new TranslateTechnique().Run(Guest(image) with { KeepState = true }).State!;
        Assert.Equal(RunOutcome.ShutDown, native.Outcome);
        Assert.True(state.TryRead(PageTableWriter.Result, out ulong first));
        Assert.True(state.TryRead(PageTableWriter.Result + 8, out ulong secondThousand));
        Assert.True(secondThousand / 1000 * 10 < first, $"{first} cycles at first, {secondThousand / 1000.0} each in the second thousand");
    }

    [Fact]
    public void SelfModification_GivesUpUnits()
    {
        var results = Enumerable.Range(0, 20).Select(seed => Translate(RandomKernel.Build(seed, rounds: 2))).ToArray();
        Assert.Contains(results, r => r.Translation["invalidated units"] > 0);
        Assert.Contains(results, r => r.Translation["indirect hits"] > 0);
    }

    private static RunResult Compare(int seed, KernelImage image, int cache)
    {
        var native = new NativeTechnique().Run(Guest(image));
        var result = Translate(image, cache);
        Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
        Assert.True(
            (native.ExitCode, native.Console) == (result.ExitCode, result.Console),
            $"seed {seed}: {native.Console} natively, {result.Console} translated; {result.Reason}");
        return result with { Instructions = native.Instructions };
    }
}
