using ParaKit.Hypervisor.HardwareAssist;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>A kernel in non-root mode behaves as on the bare machine, and leaves it for devices, CPUID, HLT and memory only.</summary>
public sealed class HardwareTechniqueTests
{
    private const int Programs = 1000;
    private const int MinimumInstructions = 1000;

    private static RunRequest Guest(KernelImage image) =>
        new(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 30_000_000 };

    [Fact]
    public void RandomKernels_EndAsOnTheBareMachine() => Parallel.For(20_000, 20_000 + Programs, seed =>
    {
        var image = RandomKernel.Build(seed, silent: true, rounds: 1);
        var native = new NativeTechnique().Run(Guest(image));
        var result = new HardwareTechnique().Run(Guest(image));
        Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
        Assert.True(native.Instructions >= MinimumInstructions, $"seed {seed} executed {native.Instructions} instructions only");
        Assert.True(
            (native.ExitCode, native.Console) == (result.ExitCode, result.Console),
            $"seed {seed}: {native.Console} natively, {result.Console} with hardware assist; {result.Reason}");
    });

    /// <summary>The flags are the guest's own: nothing that changes IF makes it exit.</summary>
    [Fact]
    public void InterruptFlag_CausesNoExit()
    {
        long Exits(int times) => new HardwareTechnique().Run(Guest(BareGuest.Build(a =>
        {
            var loop = a.CreateLabel();
            a.mov(ecx, times);
            a.Label(ref loop);
            a.cli();
            a.sti();
            a.pushfq();
            a.popfq();
            a.mov(rax, cr3);
            a.mov(cr3, rax);
            a.dec(ecx);
            a.jne(loop);
            a.xor(eax, eax);
            a.Exit();
        }))).Exits.Values.Sum();
        Assert.Equal(Exits(1), Exits(1000));
    }

    /// <summary>A page walk of four levels makes 4 references natively, and 4 × (4 + 1) + 4 = 24 when each address is translated itself.</summary>
    [Fact]
    public void PageWalks_TakeFourReferencesNatively_And24Nested()
    {
        // Small pages: a walk of all four levels.
        var image = BareGuest.Build(a =>
        {
            a.LoadTables(BareGuest.Scratch | 7);
            a.mov(rdi, BareGuest.Window);
            a.mov(rax, __qword_ptr[rdi]);
            a.xor(eax, eax);
            a.Exit();
        });
        Assert.Equal(4, new NativeTechnique().Run(Guest(image)).PageWalks["references of the longest"]);
        Assert.Equal(24, new HardwareTechnique().Run(Guest(image)).PageWalks["references of the longest"]);
    }

    [Fact]
    public void DirtyLog_HasTheFramesThatTheGuestWrote()
    {
        ulong[]? dirty = null;
        ulong[]? again = null;
        new HardwareTechnique().Run(
            Guest(BareGuest.Build(a =>
            {
                a.xor(r9d, r9d);
                a.Store(BareGuest.Scratch + 0x5008, 1);
                a.mov(rax, BareGuest.Scratch + 0x7000);
                a.mov(rax, __qword_ptr[rax]);
                a.xor(eax, eax);
                a.mov(r9d, 0x600d);
                a.cpuid();
                a.cpuid();
                a.xor(eax, eax);
                a.Exit();
            })),
            Note);
        Assert.True(IsIn(dirty!, BareGuest.Scratch + 0x5000));
        Assert.False(IsIn(dirty!, BareGuest.Scratch + 0x7000));
        Assert.False(IsIn(again!, BareGuest.Scratch + 0x5000));

        void Note(HardwareMachine machine)
        {
            // The exits for CPUID, and what comes after them.
            if (machine.Machine.Processor.State.Registers[Hardware.Cpu.GeneralRegister.R9] != 0x600d)
            {
                return;
            }

            again = dirty is null ? null : machine.Nested.TakeDirty();
            dirty ??= machine.Nested.TakeDirty();
        }

        static bool IsIn(ulong[] bitmap, ulong address) => ((bitmap[address >> 18] >> (int)((address >> 12) & 63)) & 1) != 0;
    }

    /// <summary>The counter that the guest set goes on from there, also after it has exited. An entry once set it back.</summary>
    [Fact]
    public void TimeStampCounter_IsTheGuests()
    {
        var image = BareGuest.Build(a =>
        {
            a.mov(ecx, 0x10);
            a.xor(eax, eax);
            a.mov(edx, 0x1234);
            a.wrmsr();
            a.xor(eax, eax);
            a.cpuid();
            a.rdtsc();
            a.mov(eax, edx);
            a.Exit();
        });
        Assert.All(TechniqueTable.All.Where(t => t.Name != "paravirt"), technique => Assert.Equal(0x1234, technique.Run(Guest(image)).ExitCode));
    }

    [Fact]
    public void Exits_AreCountedByReason()
    {
        var result = new HardwareTechnique().Run(Guest(BareGuest.Build(a =>
        {
            a.xor(eax, eax);
            a.cpuid();
            a.@in(al, 0x21);
            a.xor(eax, eax);
            a.Exit();
        })));
        Assert.Equal(1, result.Exits["Cpuid"]);
        Assert.Equal(2, result.Exits["PortAccess"]);
        Assert.True(result.Exits["NestedViolation"] > 0);
        Assert.True(result.HardwareAssist["control reads"] > 0);
    }
}
