using Iced.Intel;
using ParaKit.Hardware.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Devices;

/// <summary>Machines with several processors: how they start, what they share, and what hostile code can do to them.</summary>
public sealed class MultiprocessorTests
{
    private const ulong StartPage = 0x8000;
    private const ulong LongMode = 0x8080;
    private const ulong Tables = 0x40000;
    private const ulong Apic = 0xfee0_0000;
    private const int InitCommand = 0x4500;
    private const int StartCommand = 0x4608;
    private const int Efer = unchecked((int)0xc000_0080);

    /// <summary>From real mode to 64-bit mode by the code that guests use, then all count together.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Started_TheyCountTogether(int processors)
    {
        const int Rounds = 500;
        using var guest = Guest(processors);
        WriteStart(guest, a =>
        {
            a.mov(ecx, Rounds);
            var loop = a.CreateLabel();
            a.Label(ref loop);
            a.@lock.inc(__dword_ptr[TestGuest.Data]);
            a.dec(ecx);
            a.jnz(loop);
            a.@lock.inc(__dword_ptr[TestGuest.Data + 8]);
            a.cli();
            a.hlt();
        });
        guest.Assemble(a =>
        {
            StartOthers(a);
            var wait = a.CreateLabel();
            a.Label(ref wait);
            a.pause();
            a.cmp(__dword_ptr[TestGuest.Data + 8], processors - 1);
            a.jne(wait);
            a.cli();
            a.hlt();
        });
        var exit = guest.Machine.Run(1_000_000);
        Assert.Equal((ExitReason.Halt, null), (exit.Reason, exit.Message));
        Assert.Equal(Rounds * (processors - 1), guest.Machine.Memory.Read<int>(TestGuest.Data));
        Assert.All(guest.Machine.Processors.Skip(1), processor => Assert.True(processor.Counters.Instructions > 2 * Rounds));
    }

    /// <summary>Each processor sees its own APIC at the same address, and says so by CPUID and its MSR.</summary>
    [Fact]
    public void EachHasAnApicOfItsOwn()
    {
        using var guest = Guest(3);
        WriteStart(guest, a =>
        {
            a.mov(eax, 1);
            a.cpuid();
            a.shr(ebx, 24);
            a.bt(edx, 9);
            a.setc(__byte_ptr[rbx + (long)TestGuest.Data]);
            a.mov(r8d, ebx);
            a.mov(ecx, 0x1b);
            a.rdmsr();
            a.mov(__dword_ptr[(r8 * 4) + (long)(TestGuest.Data + 0x100)], eax);
            a.mov(rdx, Apic + 0x20);
            a.mov(eax, __dword_ptr[rdx]);
            a.mov(__dword_ptr[(r8 * 4) + (long)(TestGuest.Data + 0x200)], eax);
            a.cli();
            a.hlt();
        });
        guest.Assemble(a =>
        {
            StartOthers(a);
            a.cli();
            a.hlt();
        });
        Assert.Equal(ExitReason.Halt, guest.Machine.Run(100_000).Reason);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(i => (int)guest.Machine.Memory.Read<byte>(TestGuest.Data + (ulong)i)));
        Assert.Equal([0xfee0_0800u, 0xfee0_0800u], Enumerable.Range(1, 2).Select(i => guest.Machine.Memory.Read<uint>(TestGuest.Data + 0x100 + ((ulong)i * 4))));
        Assert.Equal([0x0100_0000u, 0x0200_0000u], Enumerable.Range(1, 2).Select(i => guest.Machine.Memory.Read<uint>(TestGuest.Data + 0x200 + ((ulong)i * 4))));
    }

    /// <summary>A processor that sleeps is woken by its own timer, as often as it is set; what it masks does not wake it.</summary>
    [Fact]
    public void TimerOfAnApic_WakesItsProcessor()
    {
        const int Period = 5000;
        using var guest = Guest(2);
        const ulong Handler = TestGuest.Code + 0x1000;
        guest.Assemble(a =>
        {
            a.inc(__dword_ptr[TestGuest.Data]);
            a.mov(rdx, Apic + 0xb0);
            a.mov(__dword_ptr[rdx], 0);
            a.iretq();
        }, Handler);
        guest.SetGate(0x61, Handler);
        guest.Machine.Memory.Write(TestGuest.Data + 0x40, (ushort)0xfff);
        guest.Machine.Memory.Write(TestGuest.Data + 0x42, TestGuest.Idt);
        WriteStart(guest, a =>
        {
            a.mov(esp, 0x90000);
            a.lidt(__[TestGuest.Data + 0x40]);
            Set(a, 0xf0, 0x1ff);
            Set(a, 0x3e0, 0xb);
            Set(a, 0x320, 0x2_0061);
            Set(a, 0x380, Period);
            var wait = a.CreateLabel();
            a.Label(ref wait);
            a.sti();
            a.hlt();
            a.cli();
            a.cmp(__dword_ptr[TestGuest.Data], 10);
            a.jb(wait);
            Set(a, 0x80, 0xf0); // A priority that holds the timer back: sleeps for ever.
            a.sti();
            a.hlt();
            a.ud2();
        });
        guest.Assemble(a =>
        {
            StartOthers(a);
            a.cli();
            a.hlt();
        });
        Assert.Equal(ExitReason.BudgetExhausted, guest.Machine.Run(2000).Reason);
        Assert.Equal(10, guest.Machine.Memory.Read<int>(TestGuest.Data));
        Assert.True(guest.Machine.ElapsedCycles > 10 * Period, $"{guest.Machine.ElapsedCycles}");
        Assert.True(guest.Machine.Processors[1].Counters.Instructions < 300);
    }

    /// <summary>What startup code does that there is not stops the run with its name.</summary>
    [Theory]
    [InlineData("0fa2", "cpuid")] // no reason for it before 64-bit mode
    [InlineData("0f0b", "ud2")]
    [InlineData("f4", "hlt")]
    public void StartupCode_ThatIsNotThere_IsNamed(string code, string name)
    {
        using var guest = Guest(2);
        guest.Write(StartPage, Convert.FromHexString(code));
        guest.Assemble(a =>
        {
            StartOthers(a);
            var loop = a.CreateLabel();
            a.Label(ref loop);
            a.jmp(loop);
        });
        var exit = guest.Machine.Run(100_000);
        Assert.Equal(ExitReason.Unimplemented, exit.Reason);
        Assert.Contains(name, exit.Message, StringComparison.Ordinal);
        Assert.Contains("before 64-bit mode, at 8000", exit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InitOfTheBootstrapProcessor_IsNamed()
    {
        using var guest = Guest(2);
        guest.Assemble(a =>
        {
            Command(a, 0, InitCommand);
            a.hlt();
        });
        Assert.Contains("INIT", guest.Machine.Run(1000).Message, StringComparison.Ordinal);
    }

    /// <summary>Random startup code, random messages: the run ends in some way that has a name, always.</summary>
    [Fact]
    public void RandomStartupCodeAndMessages_NeverThrow()
    {
        HashSet<ExitReason> ends = [];
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            using var guest = Guest(3);
            var code = new byte[64];
            random.NextBytes(code);
            byte[][] likely = [[0x8e, 0xd8], [0x0f, 0x22, 0xc0], [0x66, 0xb8, 0x33, 0x00, 0x05, 0x80], [0x0f, 0x30], [0x0f, 0x01, 0x16, 0x20, 0x00], [0xea, 0x10, 0x00, 0x00, 0x08], [0xa1, 0xff, 0xff], [0x66, 0x89, 0x07]];
            for (var at = 0; at < 40;)
            {
                var next = likely[random.Next(likely.Length)];
                next.CopyTo(code, at);
                at += next.Length;
            }

            guest.Write(StartPage, code);
            guest.Assemble(a =>
            {
                StartOthers(a);
                for (var i = 0; i < 20; i++)
                {
                    a.mov(rdx, Apic + ((ulong)random.Next(0x100) << 4));
                    a.mov(__dword_ptr[rdx], random.Next());
                }

                Command(a, random.Next(256), random.Next() & 0xcffff);
                a.hlt();
            });
            ends.Add(guest.Machine.Run(20_000).Reason);
        }

        Assert.Contains(ExitReason.Unimplemented, ends);
        Assert.DoesNotContain(ExitReason.InvalidGuestState, ends);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void ImpossibleNumbers_AreRefused(int processors) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MachineBuilder.Build(new MachineOptions { Processors = processors }));

    /// <summary>A guest whose last gigabyte of the first four is the APIC's, one to one.</summary>
    private static TestGuest Guest(int processors)
    {
        var guest = new TestGuest(new MachineOptions { Processors = processors });
        guest.Machine.Memory.Write(TestGuest.PageTables + 0x1000 + (3 * 8), Tables | 3ul);
        guest.Machine.Memory.Write(Tables + (0x1f7 * 8), Apic | 0x83ul);
        return guest;
    }

    private static void StartOthers(Assembler a)
    {
        Command(a, 0xff, InitCommand | 0xc0000);
        Command(a, 0xff, StartCommand | 0xc0000);
    }

    private static void Command(Assembler a, int destination, int command)
    {
        a.mov(rdx, Apic + 0x310);
        a.mov(__dword_ptr[rdx], destination << 24);
        a.mov(rdx, Apic + 0x300);
        a.mov(__dword_ptr[rdx], command);
    }

    private static void Set(Assembler a, int register, int value)
    {
        a.mov(rdx, Apic + (ulong)register);
        a.mov(__dword_ptr[rdx], value);
    }

    private static void WriteStart(TestGuest guest, Action<Assembler> program)
    {
        guest.Machine.Memory.Write(0x80c0, (ushort)0x2f);
        guest.Machine.Memory.Write(0x80c2, (uint)TestGuest.Gdt);
        var real = new Assembler(16);
        real.mov(ax, cs);
        real.mov(ds, ax);
        real.mov(eax, (int)TestGuest.PageTables);
        real.mov(cr3, eax);
        real.mov(eax, 0x620);
        real.mov(cr4, eax);
        real.mov(ecx, Efer);
        real.rdmsr();
        real.or(eax, 0x900);
        real.wrmsr();
        real.AddInstruction(Instruction.Create(Code.Lgdt_m1632, new Iced.Intel.MemoryOperand(Register.None, Register.None, 1, 0xc0, 2)));
        real.mov(eax, unchecked((int)0x8001_0033));
        real.mov(cr0, eax);
        real.AddInstruction(Instruction.CreateBranch(Code.Jmp_ptr1632, TestGuest.KernelCode, (uint)LongMode));
        using var stream = new MemoryStream();
        real.Assemble(new StreamCodeWriter(stream), 0);
        guest.Write(StartPage, stream.ToArray());
        guest.Assemble(program, LongMode + 0x60);
        guest.Assemble(a => a.jmp(LongMode + 0x60), LongMode);
    }
}
