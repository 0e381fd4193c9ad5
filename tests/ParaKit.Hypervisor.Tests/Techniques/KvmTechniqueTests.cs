using Iced.Intel;
using ParaKit.Hypervisor.Kvm;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>
/// Kernels on the host's KVM, held against the simulated machine. They keep to what a KVM without virtualization in hardware, which emulates kernel
/// code, can do too.
/// </summary>
public sealed class KvmTechniqueTests
{
    private const ushort Com1 = 0x3f8;
    private const ushort ExitPort = 0xf4;
    private const byte TimerVector = 0x20;

    [KvmFact]
    public void SerialOutputAndExitCode_AreThoseOfTheSimulatedMachine()
    {
        KernelImage image = BareGuest.Build(a =>
        {
            Print(a, "kvm\n");
            Exit(a, 42);
        });
        Compare(image, "kvm\n", 42);
    }

    [KvmFact]
    public void Interrupts_ArriveFromTheModelledTimer()
    {
        KernelImage image = BareGuest.Build(a => CountTicks(a, ticks: 5, waitsByHalt: true));
        RunResult result = Compare(image, "ttttt", 5);
        Assert.True(result.HardwareAssist["interrupts injected"] >= 5);
        Assert.True(result.Exits["Halt"] >= 1);
    }

    [KvmFact]
    public void Interrupts_ReachAKernelThatOnlyComputes()
    {
        KernelImage image = BareGuest.Build(a => CountTicks(a, ticks: 2, waitsByHalt: false));
        Compare(image, "tt", 2);
    }

    [KvmFact]
    public void PageFault_ReachesTheKernelsHandlerWithItsAddress()
    {
        const ulong Address = 0x7000_0000;
        KernelImage image = BareGuest.Build(a =>
        {
            Label handlers = a.CreateLabel();
            Label start = a.CreateLabel();
            a.jmp(start);
            a.Label(ref handlers);
            a.mov(rax, cr2);
            a.shr(rax, 24);
            a.mov(dx, ExitPort);
            a.@out(dx, eax);
            a.Label(ref start);
            a.LoadSegments();
            a.LoadGates(handlers);
            a.mov(rax, Address);
            a.mov(rax, __qword_ptr[rax]);
            a.hlt();
        });
        Compare(image, "", (int)(Address >> 24));
    }

    [KvmFact]
    public void HaltWithoutInterrupts_IsSaid()
    {
        RunResult result = Run(new KvmTechnique(), BareGuest.Build(a => a.hlt()));
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("halted with interrupts disabled", result.Reason, StringComparison.Ordinal);
    }

    [KvmFact]
    public void Cancellation_EndsAKernelThatLoopsForEver()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        KernelImage image = BareGuest.Build(a =>
        {
            Label loop = a.CreateLabel();
            a.Label(ref loop);
            a.jmp(loop);
        });
        RunResult result = new KvmTechnique().Run(new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, Cancellation = cancellation.Token });
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
    }

    [KvmFact]
    public void MemoryThatIsNotThere_ReadsAsOnes()
    {
        KernelImage image = BareGuest.Build(a =>
        {
            a.LoadSegments();
            a.LoadTables();
            a.mov(rax, 0x1000_0000L);
            a.mov(eax, __dword_ptr[rax]);
            a.not(eax);
            a.mov(dx, ExitPort);
            a.@out(dx, eax);
        });
        RunResult result = Run(new KvmTechnique(), image);
        Assert.True(result.Outcome is RunOutcome.ShutDown or RunOutcome.Crashed, result.Reason);
    }

    [Fact]
    public void InstructionLimit_IsRefused() => Assert.Throws<TechniqueUnavailableException>(
        () => new KvmTechnique().Run(new RunRequest(BareGuest.Build(a => a.hlt())) { MaxInstructions = 1 }));

    [Fact]
    public void Contrast_LeavesTheHostOut() => Assert.DoesNotContain(TechniqueTable.All, t => t.IsOfHost);

    private static void Print(BareGuest a, string text)
    {
        a.mov(dx, Com1);
        foreach (var c in text)
        {
            a.mov(al, (byte)c);
            a.@out(dx, al);
        }
    }

    private static void Exit(BareGuest a, int code)
    {
        a.mov(eax, code);
        a.mov(dx, ExitPort);
        a.@out(dx, eax);
    }

    private static void Out(BareGuest a, byte port, byte value)
    {
        a.mov(al, value);
        a.@out(port, al);
    }

    /// <summary>Counts ticks of the interval timer (mode 2, about 1 kHz) in RBP, printing a letter for each.</summary>
    private static void CountTicks(BareGuest a, int ticks, bool waitsByHalt)
    {
        Label handlers = a.CreateLabel();
        Label start = a.CreateLabel();
        Label loop = a.CreateLabel();
        a.jmp(start);
        a.Label(ref handlers);
        a.inc(ebp);
        Print(a, "t");
        Out(a, 0x20, 0x20);
        a.iretq();
        a.Label(ref start);
        a.LoadSegments();
        a.LoadGates(handlers);
        (byte Port, byte Value)[] setUp =
            [(0x20, 0x11), (0x21, TimerVector), (0x21, 4), (0x21, 1), (0xa0, 0x11), (0xa1, 0x28), (0xa1, 2), (0xa1, 1), (0x21, 0xfe), (0xa1, 0xff), (0x43, 0x34), (0x40, 0xa9), (0x40, 4)];
        foreach ((byte port, byte value) in setUp)
        {
            Out(a, port, value);
        }

        a.xor(ebp, ebp);
        a.Label(ref loop);
        a.sti();
        if (waitsByHalt)
        {
            a.hlt();
        }
        else
        {
            // STI holds interrupts off for one instruction.
            a.nop();
        }

        a.cli();
        a.cmp(ebp, ticks);
        a.jb(loop);
        a.mov(eax, ebp);
        a.mov(dx, ExitPort);
        a.@out(dx, eax);
    }

    private static RunResult Compare(KernelImage image, string console, int code)
    {
        RunResult simulated = Run(new NativeTechnique(), image);
        RunResult host = Run(new KvmTechnique(), image);
        Assert.Equal((RunOutcome.ShutDown, code, console), (simulated.Outcome, simulated.ExitCode, simulated.Console));
        Assert.True(host.Outcome == RunOutcome.ShutDown, host.Reason);
        Assert.Equal((code, console), (host.ExitCode, host.Console));
        return host;
    }

    private static RunResult Run(ITechnique technique, KernelImage image)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return technique.Run(new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, Cancellation = cancellation.Token });
    }
}
