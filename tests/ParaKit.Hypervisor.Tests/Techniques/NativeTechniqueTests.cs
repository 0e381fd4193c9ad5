using System.Text;
using Iced.Intel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

public sealed class NativeTechniqueTests
{
    private const ulong Load = 0x10_0000;
    private const byte Com1 = 0xf8;

    private static KernelImage Build(Action<Assembler> body)
    {
        var assembler = new Assembler(64);
        body(assembler);
        var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), Load);
        var elf = new ElfBytes { Code = stream.ToArray(), VirtualAddress = Load, PhysicalAddress = Load, MemorySize = 0x4000, Entry = Load };
        return KernelImage.Load(elf.Symbol("start", Load).ToArray(), "native");
    }

    private static RunResult Run(Action<Assembler> body, long limit = 100_000) =>
        new NativeTechnique().Run(new RunRequest(Build(body)) { MemoryBytes = 4 << 20, MaxInstructions = limit, CommandLine = "hello" });

    private static void Exit(Assembler a)
    {
        a.mov(dx, 0xf4);
        a.@out(dx, eax);
    }

    [Fact]
    public void ExitPort_GivesTheExitCode()
    {
        var result = Run(a =>
        {
            a.mov(eax, 42);
            Exit(a);
        });
        Assert.Equal((RunOutcome.ShutDown, 42), (result.Outcome, result.ExitCode));
        Assert.Null(result.Reason);
        Assert.Empty(result.Exits);
        Assert.Empty(result.Hypercalls);
    }

    [Fact]
    public void SerialOutput_IsCollected()
    {
        var passedOn = new StringBuilder();
        var image = Build(a =>
        {
            a.mov(dx, 0x300 | Com1);
            foreach (var c in "ok\n"u8)
            {
                a.mov(al, c);
                a.@out(dx, al);
            }

            Exit(a);
        });
        var result = new NativeTechnique().Run(new RunRequest(image) { MemoryBytes = 4 << 20, Console = b => passedOn.Append(Encoding.ASCII.GetString(b)) });
        Assert.Equal("ok\n", result.Console);
        Assert.Equal("ok\n", passedOn.ToString());
    }

    [Fact]
    public void BootInformation_HasMemoryAndCommandLine()
    {
        var result = Run(a =>
        {
            a.mov(eax, __dword_ptr[rbx]);
            a.cmp(eax, unchecked((int)HvmStartInfo.MagicValue));
            a.mov(rcx, __qword_ptr[rbx + 40]);
            a.mov(eax, __dword_ptr[rcx + 24 + 8]);
            a.mov(rcx, __qword_ptr[rbx + 24]);
            a.movzx(ecx, __byte_ptr[rcx]);
            a.cmove(eax, eax);
            a.add(eax, ecx);
            Exit(a);
        });
        Assert.Equal((4 << 20) - (1 << 20) + 'h', result.ExitCode);
    }

    [Fact]
    public void TripleFault_IsACrashWithState()
    {
        var result = Run(a => a.ud2());
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.StartsWith("Triple fault.", result.Reason, StringComparison.Ordinal);
        Assert.Contains("start", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Halt_IsADeadlock()
    {
        var result = Run(a => a.hlt());
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("interrupts disabled", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_StopsAnEndlessLoop()
    {
        var result = Run(a =>
        {
            var loop = a.CreateLabel();
            a.Label(ref loop);
            a.jmp(loop);
        });
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Equal(100_000, result.Instructions);
    }

    [Fact]
    public void ImageThatDoesNotFit_IsAnError()
    {
        var run = new RunRequest(Build(a => a.nop())) { MemoryBytes = 1 << 20 };
        Assert.Throws<DomainBuildException>(() => new NativeTechnique().Run(run));
    }

    [Fact]
    public void Table_HasAllTechniques()
    {
        Assert.Equal(["native", "trap", "translate", "paravirt", "hardware"], TechniqueTable.All.Select(t => t.Name));
        Assert.True(TechniqueTable.TryFind("native", out var technique));
        Assert.IsType<NativeTechnique>(technique);
        Assert.False(TechniqueTable.TryFind("vmware", out _));
    }
}
