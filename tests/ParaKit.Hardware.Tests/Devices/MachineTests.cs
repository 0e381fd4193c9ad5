using Iced.Intel;
using ParaKit.Hardware.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Devices;

/// <summary>Processor and devices together.</summary>
public sealed class MachineTests
{
    private const ulong Handler = 0x120000;
    private const byte TimerVector = 0x20;

    [Fact]
    public void Console_CarriesBytes_ExitPortEndsTheRun()
    {
        using var guest = new TestGuest();
        var text = new List<byte>();
        guest.Machine.Console.Output = text.Add;
        guest.Assemble(a =>
        {
            a.mov(dx, 0x3f8);
            foreach (char c in "hi\n")
            {
                a.mov(al, (sbyte)c);
                a.@out(dx, al);
            }

            a.mov(eax, 42);
            a.@out(0xf4, eax);
        });
        ProcessorExit exit = guest.Machine.Run(100);
        Assert.Equal((ExitReason.PowerOff, 42u), (exit.Reason, exit.ExitCode));
        Assert.Equal("hi\n"u8.ToArray(), text);
    }

    [Fact]
    public void Timer_TicksAtItsRate_AndHaltSkipsTime()
    {
        using var guest = new TestGuest();
        BuildTicker(guest, divisor: 11932);
        ProcessorExit exit = guest.Machine.Run(10_000);
        Assert.Equal(ExitReason.PowerOff, exit.Reason);
        // Ten ticks of 11932 / 1193182 s.
        Assert.InRange(guest.Machine.Clock.Nanoseconds, 99_900_000ul, 100_200_000ul);
        Assert.Equal(10, guest.Processor.Counters.InterruptsDelivered);
        Assert.InRange(guest.Processor.Counters.Instructions, 50, 300);
    }

    [Fact]
    public void Timer_PreemptsABusyLoop_Deterministically()
    {
        (ulong, long) first = Run();
        Assert.Equal(first, Run());

        static (ulong, long) Run()
        {
            using var guest = new TestGuest();
            BuildTicker(guest, divisor: 1193, idle: a => a.inc(r15));
            Assert.Equal(ExitReason.PowerOff, guest.Machine.Run(100_000_000).Reason);
            return (guest[GeneralRegister.R15], guest.Processor.Counters.Instructions);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Halt_WithNothingToWaitFor_IsAnExit(bool interruptsEnabled)
    {
        using var guest = new TestGuest();
        ulong after = guest.Assemble(a => a.hlt());
        guest.State.Rflags = interruptsEnabled ? Flags.Interrupt : 0;
        Assert.Equal(ExitReason.Halt, guest.Machine.Run(10).Reason);
        Assert.Equal(after, guest.State.Rip);
    }

    [Fact]
    public void Sti_HoldsInterruptsForOneInstruction()
    {
        using var guest = new TestGuest();
        guest.SetGate(TimerVector, Handler);
        guest.Assemble(a => a.hlt(), Handler);
        guest.Assemble(a =>
        {
            InitializeControllers(a);
            a.mov(al, 0x30);
            a.@out(0x43, al);
            a.mov(al, 1);
            a.@out(0x40, al);
            a.xor(eax, eax);
            a.@out(0x40, al);
            Label wait = a.CreateLabel();
            a.mov(ecx, 2000);
            a.Label(ref wait);
            a.dec(ecx);
            a.jnz(wait);
            a.sti();
            a.inc(ebx);
            a.inc(ebx);
        });
        guest.Machine.Run(100_000);
        Assert.Equal(1ul, guest[GeneralRegister.Rbx]);
        Assert.Equal(Handler + 1, guest.State.Rip);
    }

    [Fact]
    public void UnclaimedPorts_ReadOnes_AndAreCounted()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.mov(dx, 0x1234);
            a.@in(ax, dx);
            a.@out(dx, eax);
        });
        guest.Machine.Run(3);
        Assert.Equal(0xfffful, guest[GeneralRegister.Rax]);
        Assert.Equal(2, guest.Machine.Ports.Unclaimed);
    }

    /// <summary>Ten timer interrupts, then power off; between them HLT or a busy loop.</summary>
    private static void BuildTicker(TestGuest guest, ushort divisor, Action<Assembler>? idle = null)
    {
        guest.SetGate(TimerVector, Handler);
        guest.Assemble(
            a =>
            {
                Label done = a.CreateLabel();
                a.push(rax);
                a.inc(r14d);
                a.mov(al, 0x20);
                a.@out(0x20, al);
                a.cmp(r14d, 10);
                a.je(done);
                a.pop(rax);
                a.iretq();
                a.Label(ref done);
                a.@out(0xf4, eax);
            },
            Handler);
        guest.Assemble(a =>
        {
            InitializeControllers(a);
            a.mov(al, 0x34);
            a.@out(0x43, al);
            a.mov(al, (sbyte)divisor);
            a.@out(0x40, al);
            a.mov(al, (sbyte)(divisor >> 8));
            a.@out(0x40, al);
            a.sti();
            Label loop = a.CreateLabel();
            a.Label(ref loop);
            (idle ?? (b => b.hlt()))(a);
            a.jmp(loop);
        });
    }

    private static void InitializeControllers(Assembler a)
    {
        foreach ((int port, int value) in ((int, int)[])
            [(0x20, 0x11), (0x21, TimerVector), (0x21, 4), (0x21, 1), (0xa0, 0x11), (0xa1, 0x28), (0xa1, 2), (0xa1, 1),
            (0x21, 0xfe), (0xa1, 0xff)])
        {
            a.mov(al, (sbyte)value);
            a.@out((byte)port, al);
        }
    }
}
