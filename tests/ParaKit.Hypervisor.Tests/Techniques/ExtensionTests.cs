using System.Numerics;
using Iced.Intel;
using ParaKit.Hardware.Extensions;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using ParaKit.SamplePlugin;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>Instructions and devices of an extension, for kernels in every technique that takes unmodified ones.</summary>
public sealed class ExtensionTests
{
    private const ulong Page = SampleExtension.AdderAddress | 3;

    public static TheoryData<string> Techniques => ["native", "trap", "translate", "hardware"];

    [Theory]
    [MemberData(nameof(Techniques))]
    public void Instruction_IsAFunctionOfItsOperand(string technique)
    {
        RunResult result = Run(technique, a =>
        {
            a.mov(r12, 0x0123_4567_89ab_cdefUL);
            Emit(a, SampleExtension.ReverseBits, Register.R12);
            a.mov(rax, 0xf7b3_d591_e6a2_c480UL);
            a.xor(rax, r12);
            a.Exit();
        });
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void PrivilegedInstruction_IsTheKernels(string technique)
    {
        RunResult result = Run(technique, a =>
        {
            a.mov(rax, 0xff00ff);
            Emit(a, SampleExtension.CountOnes, Register.RAX);
            a.Exit();
        });
        Assert.Equal((RunOutcome.ShutDown, 16), (result.Outcome, result.ExitCode));
        Assert.Equal(technique is "trap" or "translate" ? 1 : 0, result.Emulations.GetValueOrDefault("ud1"));
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void UndefinedInstruction_RaisesInvalidOpcode(string technique)
    {
        KernelImage image = BareGuest.Build(a =>
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
            Emit(a, 9, Register.RAX);
            a.mov(eax, 1);
            a.Exit();
        });
        Assert.Equal(6, Run(technique, image).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void Ports_ReachTheDevice(string technique)
    {
        RunResult result = Run(technique, a =>
        {
            a.mov(dx, SampleExtension.AdderPort);
            a.mov(eax, 40);
            a.@out(dx, eax);
            a.mov(eax, 2);
            a.@out(dx, eax);
            a.@in(eax, dx);
            a.Exit();
        });
        Assert.Equal(42, result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void Memory_ReachesTheDeviceInEveryWidth(string technique)
    {
        RunResult result = Run(technique, a =>
        {
            a.LoadSegments();
            a.LoadTables(Page);
            a.mov(rbx, BareGuest.Window);
            a.mov(__byte_ptr[rbx], 1);
            a.mov(__word_ptr[rbx], 0x100);
            a.mov(__dword_ptr[rbx], 0x10000);
            a.mov(rax, 0x1_0000_0000UL);
            a.mov(__qword_ptr[rbx], rax);
            a.mov(rcx, __qword_ptr[rbx]);
            a.mov(rax, 0x1_0001_0101UL);
            a.sub(rcx, rax);
            a.mov(eax, __dword_ptr[rbx + 8]);
            a.add(eax, ecx);
            a.Exit();
        });
        Assert.Equal(4, result.ExitCode);
        (string exit, long count) = technique switch { "hardware" => ("DeviceAccess", 6), "trap" => ("TracedAccess", 6), _ => ("none", 0) };
        Assert.Equal(count, result.Exits.GetValueOrDefault(exit));
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void ReadModifyWrite_ReadsFirstAndAStoreDoesNot(string technique)
    {
        // The sum is 5; "add [adder], 3" reads 5, writes 8, so the sum is 13.
        RunResult result = Run(technique, a =>
        {
            a.LoadSegments();
            a.LoadTables(Page);
            a.mov(rbx, BareGuest.Window);
            a.mov(__dword_ptr[rbx], 5);
            a.add(__dword_ptr[rbx], 3);
            a.mov(eax, __dword_ptr[rbx]);
            a.Exit();
        });
        Assert.Equal(13, result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void RandomAccesses_HaveTheSumOfTheModel(string technique)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            ulong sum = 0;
            RunResult result = Run(technique, a =>
            {
                a.LoadSegments();
                a.LoadTables(Page);
                a.mov(rbx, BareGuest.Window);
                for (var i = 0; i < 50; i++)
                {
                    sum = EmitAny(a, random, sum);
                }

                a.mov(eax, __dword_ptr[rbx]);
                a.Exit();
            });
            Assert.True((int)sum == result.ExitCode, $"seed {seed}: {(int)sum:x} expected, was {result.ExitCode:x}; {result.Reason}");
        }
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void ExtensionThatThrows_IsNamed(string technique)
    {
        KernelImage image = BareGuest.Build(a => Emit(a, 0, Register.RAX));
        var exception = Assert.Throws<ExtensionException>(() => Find(technique).Run(
            new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, Extensions = [new Broken()] }));
        Assert.Equal("Extension 'broken': instruction bad failed: planted.", exception.Message);
    }

    [Fact]
    public void TwoExtensionsForOnePlace_AreRefused()
    {
        var exception = Assert.Throws<ExtensionException>(() => Find("native").Run(
            new RunRequest(BareGuest.Build(a => a.hlt())) { MemoryBytes = BareGuest.MemoryBytes, Extensions = [new SampleExtension(), new SampleExtension()] }));
        Assert.StartsWith("Extension 'sample': instruction 3 (revbits)", exception.Message, StringComparison.Ordinal);
    }

    private static ulong EmitAny(BareGuest a, Random random, ulong sum)
    {
        var value = random.Next();
        switch (random.Next(4))
        {
            case 0:
                a.mov(__dword_ptr[rbx], value);
                return sum + (ulong)value;
            case 1:
                a.mov(dx, SampleExtension.AdderPort);
                a.mov(eax, value);
                a.@out(dx, eax);
                return sum + (uint)value;
            case 2:
                a.xor(__byte_ptr[rbx], value & 0x7f);
                return sum + (byte)((byte)sum ^ (value & 0x7f));
            default:
                a.mov(eax, value);
                Emit(a, SampleExtension.CountOnes, Register.RAX);
                a.mov(__word_ptr[rbx], ax);
                return sum + (ulong)BitOperations.PopCount((uint)value);
        }
    }

    private static void Emit(BareGuest a, int number, Register operand) =>
        a.AddInstruction(Instruction.Create(Code.Ud1_r64_rm64, Register.RAX + number, operand));

    private static ITechnique Find(string technique) => TechniqueTable.All.Single(t => t.Name == technique);

    private static RunResult Run(string technique, Action<BareGuest> body) => Run(technique, BareGuest.Build(body));

    private static RunResult Run(string technique, KernelImage image)
    {
        RunResult result = Find(technique).Run(
            new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 1_000_000, Extensions = [new SampleExtension()] });
        Assert.True(result.Outcome == RunOutcome.ShutDown, result.Reason);
        return result;
    }

    private sealed class Broken : IMachineExtension
    {
        public string Name => "broken";

        public void Extend(MachineExtender machine) =>
            machine.AddInstruction(0, new ExtensionInstruction("bad", _ => throw new InvalidOperationException("planted")));
    }
}
