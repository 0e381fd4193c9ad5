using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Tests.Devices;

/// <summary>Registers and messages of local APICs. Intel SDM vol. 3A, "Advanced Programmable Interrupt Controller (APIC)".</summary>
public sealed class LocalApicTests
{
    private const int Id = 0x20;
    private const int Version = 0x30;
    private const int TaskPriority = 0x80;
    private const int ProcessorPriority = 0xa0;
    private const int End = 0xb0;
    private const int Logical = 0xd0;
    private const int Format = 0xe0;
    private const int Spurious = 0xf0;
    private const int InService = 0x100;
    private const int Requests = 0x200;
    private const int Error = 0x280;
    private const int CommandLow = 0x300;
    private const int CommandHigh = 0x310;
    private const int TimerEntry = 0x320;
    private const int Lint0 = 0x350;
    private const int ErrorEntry = 0x370;
    private const int InitialCount = 0x380;
    private const int CurrentCount = 0x390;
    private const int Divide = 0x3e0;
    private const ulong Enabled = 0x1ff;
    private const ulong Masked = 0x1_0000;

    private readonly VirtualClock _clock = new(1_000_000_000);
    private readonly ApicBus _bus = new();
    private readonly Wire _wire = new();
    private readonly LocalApic[] _apics;

    public LocalApicTests()
    {
        _apics = [.. Enumerable.Range(0, 4).Select(id => new LocalApic((uint)id, _clock, _bus, id == 0 ? _wire : null))];
        foreach (var apic in _apics)
        {
            Write(apic, Spurious, Enabled);
        }
    }

    private LocalApic First => _apics[0];

    [Fact]
    public void Reset_IsWhatTheManualSays()
    {
        var apic = new LocalApic(7, _clock, new ApicBus(), external: null);
        Assert.Equal(0x0700_0000u, Read(apic, Id));
        Assert.Equal(0x0005_0014u, Read(apic, Version));
        Assert.Equal(0xffu, Read(apic, Spurious));
        Assert.Equal(uint.MaxValue, Read(apic, Format));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal((uint)Masked, Read(apic, TimerEntry + (i * 16))));
        Assert.False(apic.IsRequested);
    }

    /// <summary>The highest class first; one in service holds back its own class and those below, until its end.</summary>
    [Fact]
    public void Priority_DecidesWhatIsDelivered()
    {
        First.Accept(0x31);
        First.Accept(0x45);
        First.Accept(0x42);
        Assert.Equal(0x45, First.Acknowledge());
        Assert.Equal(0x40u, Read(First, ProcessorPriority));
        Assert.False(First.IsRequested);
        First.Accept(0x51);
        Assert.Equal(0x51, First.Acknowledge());
        Assert.Equal(1u << 17, Read(First, InService + 0x20) & (1u << 17));
        Write(First, End, 0);
        Assert.False(First.IsRequested);
        Write(First, End, 0);
        Assert.Equal(0x42, First.Acknowledge());
        Write(First, End, 0);
        Assert.Equal(0x31, First.Acknowledge());
        Write(First, End, 0);
        Write(First, End, 0);
        Assert.Equal(0u, Read(First, ProcessorPriority));
    }

    [Fact]
    public void TaskPriority_HoldsBackItsClassAndThoseBelow()
    {
        Write(First, TaskPriority, 0x45);
        First.Accept(0x4f);
        Assert.False(First.IsRequested);
        First.Accept(0x50);
        Assert.True(First.IsRequested);
        Assert.Equal(0x50, First.Acknowledge());
        Write(First, End, 0);
        First.TaskPriority = 0x30;
        Assert.Equal(0x30u, Read(First, TaskPriority));
        Assert.Equal(0x4f, First.Acknowledge());
    }

    /// <summary>Destinations: one, all, a shorthand, a logical set in both formats, and nobody.</summary>
    [Theory]
    [InlineData(0x4041u, 0x0200_0000u, 0b0100)]
    [InlineData(0x4041u, 0xff00_0000u, 0b1111)]
    [InlineData(0x4041u, 0x7700_0000u, 0b0000)]
    [InlineData(0x4_4041u, 0u, 0b0001)]
    [InlineData(0x8_4041u, 0u, 0b1111)]
    [InlineData(0xc_4041u, 0u, 0b1110)]
    [InlineData(0x4841u, 0x0a00_0000u, 0b1010)]
    [InlineData(0x4941u, 0x0a00_0000u, 0b0010)]
    [InlineData(0x400fu, 0xff00_0000u, 0b0000)]
    [InlineData(0x4341u, 0xff00_0000u, 0b0000)]
    public void Messages_ReachThoseWhoAreMeant(uint low, uint high, int expected)
    {
        for (var i = 0; i < _apics.Length; i++)
        {
            Write(_apics[i], Logical, 1ul << (24 + i));
        }

        Write(First, CommandHigh, high);
        Write(First, CommandLow, low);
        Assert.Equal(0u, Read(First, CommandLow) & (1 << 12));
        Assert.Equal(expected, Enumerable.Range(0, 4).Sum(i => Read(_apics[i], Requests + 0x20) == 2 ? 1 << i : 0));
        Assert.Null(_bus.Problem);
    }

    [Fact]
    public void ClusterFormat_IsOfFourBits()
    {
        foreach (var apic in _apics)
        {
            Write(apic, Format, 0);
            Write(apic, Logical, (0x10ul | (1ul << (int)apic.Id)) << 24);
        }

        Write(First, CommandHigh, 0x1600_0000);
        Write(First, CommandLow, 0x4841);
        Write(First, CommandHigh, 0x2f00_0000);
        Write(First, CommandLow, 0x4842);
        Assert.Equal([0u, 2, 2, 0], _apics.Select(apic => Read(apic, Requests + 0x20)));
    }

    [Fact]
    public void LowestPriority_IsTheLeastBusyOne()
    {
        Write(_apics[1], TaskPriority, 0x20);
        Write(First, TaskPriority, 0x10);
        Write(_apics[2], TaskPriority, 0x30);
        Write(_apics[3], Spurious, 0xff);
        Write(First, CommandHigh, 0xff00_0000);
        Write(First, CommandLow, 0x4141);
        Assert.Equal([2u, 0, 0, 0], _apics.Select(apic => Read(apic, Requests + 0x20)));
    }

    /// <summary>INIT and startup are notes for the machine; an INIT forgets a startup message before it, and its end is of no effect.</summary>
    [Fact]
    public void InitAndStartup_AreNotedForTheMachine()
    {
        Write(First, CommandHigh, 0x0100_0000);
        Write(First, CommandLow, 0x8500);
        Assert.False(_apics[1].HasInit);
        Write(First, CommandLow, 0x4608);
        Assert.Equal((byte)8, _apics[1].StartupPage);
        Write(First, CommandLow, 0x4500);
        Assert.Equal((true, null), (_apics[1].HasInit, _apics[1].StartupPage));
        Assert.False(First.HasInit);
        Write(First, CommandLow, 0xc_4500);
        Assert.Equal([false, true, true, true], _apics.Select(apic => apic.HasInit));
        Write(First, CommandLow, 0x4_4500);
        Assert.False(First.HasInit);
    }

    [Theory]
    [InlineData(0x4400u, "NMI")]
    [InlineData(0x4200u, "SMI")]
    public void WhatIsNotThere_IsNamed(uint command, string name)
    {
        Write(First, CommandHigh, 0x0100_0000);
        Write(First, CommandLow, command);
        Assert.Contains(name, _bus.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_AreShownAfterAWrite_AndInterrupt()
    {
        Write(First, ErrorEntry, 0x33);
        Write(First, CommandLow, 0x4_400f);
        Assert.Equal(0u, Read(First, Error));
        Write(First, Error, 0);
        Assert.Equal(0x20u, Read(First, Error));
        Assert.Equal(0x33, First.Acknowledge());
        First.Accept(3);
        Read(First, 0x2f0);
        Write(First, Error, 0);
        Assert.Equal(0xc0u, Read(First, Error));
        Write(First, Error, 0);
        Assert.Equal(0u, Read(First, Error));
        Write(First, ErrorEntry, 0x01);
        First.Accept(3);
        Assert.Equal(0u, Read(First, Requests) & 0xffff);
    }

    [Theory]
    [InlineData(0xbu, 1)]
    [InlineData(0x0u, 2)]
    [InlineData(0x3u, 16)]
    [InlineData(0x8u, 32)]
    [InlineData(0xau, 128)]
    public void Timer_CountsOnce(uint divide, int divisor)
    {
        Write(First, TimerEntry, 0x61);
        Write(First, Divide, divide);
        Write(First, InitialCount, 100);
        Assert.Equal(100ul * (ulong)divisor, First.NextDeadline);
        _clock.Charge(99 * (ulong)divisor);
        First.Update();
        Assert.Equal(1u, Read(First, CurrentCount));
        Assert.False(First.IsRequested);
        _clock.Charge((ulong)divisor);
        First.Update();
        Assert.Equal(0u, Read(First, CurrentCount));
        Assert.Equal(0x61, First.Acknowledge());
        Assert.Null(First.NextDeadline);
    }

    [Fact]
    public void PeriodicTimer_BeginsAgain_AndMaskedOnesAreSilent()
    {
        Write(First, TimerEntry, 0x2_0061);
        Write(First, Divide, 0xb);
        Write(First, InitialCount, 100);
        _clock.Charge(350);
        First.Update();
        Assert.Equal(0x61, First.Acknowledge());
        Write(First, End, 0);
        Assert.Equal(400ul, First.NextDeadline);
        Assert.Equal(50u, Read(First, CurrentCount));
        Write(First, TimerEntry, Masked | 0x2_0061);
        Assert.Null(First.NextDeadline);
        _clock.Charge(100);
        First.Update();
        Assert.False(First.IsRequested);
        Write(First, InitialCount, 0);
        Assert.Equal(0u, Read(First, CurrentCount));
    }

    /// <summary>The 8259s reach the bootstrap processor through LINT0, and directly while the APIC is off; nobody else.</summary>
    [Fact]
    public void VirtualWire_IsForTheBootstrapProcessor()
    {
        var bootstrap = new LocalApic(0, _clock, new ApicBus(), _wire);
        _wire.IsRequested = true;
        Assert.True(bootstrap.IsRequested);
        bootstrap.Accept(0x31);
        Assert.Equal(0x31, bootstrap.Acknowledge());
        Assert.Equal(Wire.Vector, bootstrap.Acknowledge());
        Write(bootstrap, End, 0);
        Write(bootstrap, Lint0, Masked | 0x700);
        Assert.False(bootstrap.IsRequested);
        Write(bootstrap, Lint0, 0x700);
        Write(bootstrap, Spurious, 0xff);
        Assert.False(bootstrap.IsRequested);
        bootstrap.IsEnabled = false;
        Assert.True(bootstrap.IsRequested);
        Assert.Equal(uint.MaxValue, Read(bootstrap, Version));
        Assert.False(_apics[1].IsRequested);
    }

    [Fact]
    public void SoftwareDisabled_TakesNothing_AndMasksItsTable()
    {
        Write(First, TimerEntry, 0x61);
        Write(First, Spurious, 0xff);
        Assert.Equal((uint)Masked | 0x61, Read(First, TimerEntry));
        Write(First, TimerEntry, 0x62);
        Assert.Equal((uint)Masked | 0x62, Read(First, TimerEntry));
        First.Accept(0x41);
        Assert.Equal(0u, Read(First, Requests + 0x20));
    }

    /// <summary>Any accesses at all: nothing is thrown, and what is requested can be acknowledged and ended.</summary>
    [Fact]
    public void RandomAccesses_NeverThrow()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            for (var step = 0; step < 2000; step++)
            {
                var apic = _apics[random.Next(4)];
                var offset = (ulong)random.Next(0x1000) & (random.Next(4) == 0 ? ~0ul : ~0xful);
                var width = 1 << (random.Next(4) == 0 ? random.Next(4) : 2);
                if (random.Next(3) == 0)
                {
                    apic.Read(offset, width);
                }
                else
                {
                    apic.Write(offset, width, (ulong)random.NextInt64());
                }

                _clock.Charge((ulong)random.Next(100_000));
                apic.Update();
                if (apic.IsRequested)
                {
                    Assert.True(apic.Acknowledge() >= 16, $"seed {seed}, step {step}");
                }

                apic.IsEnabled = random.Next(50) != 0;
            }
        }
    }

    private static uint Read(LocalApic apic, int register) => (uint)apic.Read((ulong)register, sizeof(uint));

    private static void Write(LocalApic apic, int register, ulong value) => apic.Write((ulong)register, sizeof(uint), value);

    private sealed class Wire : IInterruptSource
    {
        public const byte Vector = 0x20;

        public bool IsRequested { get; set; }

        public byte Acknowledge() => Vector;
    }
}
