using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Tests.Devices;

/// <summary>Devices alone, through their registers.</summary>
public sealed class DeviceTests
{
    private const int Command = 0;
    private const int Data = 1;

    [Fact]
    public void Uart_TransmitterEmptyInterrupt_IsAcknowledgedByReadingIir()
    {
        var inputs = new Inputs();
        var uart = new Uart16550(new InterruptLine(inputs, 4));
        uart.Write(1, 1, 2);
        Assert.True(inputs.Level);
        Assert.Equal(2u, uart.Read(2, 1) & 0xf);
        Assert.False(inputs.Level);
        Assert.Equal(1u, uart.Read(2, 1) & 0xf);
    }

    [Fact]
    public void Uart_ReceivedData_HasPriorityAndEmpties()
    {
        var inputs = new Inputs();
        var uart = new Uart16550(new InterruptLine(inputs, 4));
        uart.Write(1, 1, 1);
        uart.Receive("ab"u8);
        Assert.True(inputs.Level);
        Assert.Equal(4u, uart.Read(2, 1) & 0xf);
        Assert.Equal(0x61u, uart.Read(5, 1));
        Assert.Equal(('a', 'b'), ((char)uart.Read(0, 1), (char)uart.Read(0, 1)));
        Assert.False(inputs.Level);
        Assert.Equal(0x60u, uart.Read(5, 1));
    }

    [Fact]
    public void Uart_DivisorLatch_HidesDataAndEnableRegisters()
    {
        var uart = new Uart16550(new InterruptLine(null, 0));
        uart.Write(3, 1, 0x83);
        uart.Write(0, 1, 0x0c);
        uart.Write(1, 1, 0x01);
        Assert.Equal((0x0cu, 1u), (uart.Read(0, 1), uart.Read(1, 1)));
        uart.Write(3, 1, 3);
        Assert.Equal(0u, uart.Read(1, 1));
    }

    [Fact]
    public void Controllers_GiveVectorsByPriority_AndWaitForEoi()
    {
        InterruptControllerPair pair = Initialized();
        pair.SetInput(4, true);
        pair.SetInput(1, true);
        Assert.Equal(0x21, pair.Acknowledge());
        // IRQ 4 waits behind IRQ 1 until its end of interrupt.
        Assert.False(pair.IsRequested);
        pair.First.Write(Command, 1, 0x20);
        Assert.Equal(0x24, pair.Acknowledge());
        Assert.Equal(1 << 4, pair.First.InService);
        pair.First.Write(Command, 1, 0x60 | 4);
        Assert.Equal(0, pair.First.InService);
    }

    [Fact]
    public void Controllers_CascadeNeedsTwoEois_AndMasksHold()
    {
        InterruptControllerPair pair = Initialized();
        pair.SetInput(10, true);
        Assert.True(pair.IsRequested);
        pair.Second.Write(Data, 1, 1 << 2);
        Assert.False(pair.IsRequested);
        pair.Second.Write(Data, 1, 0);
        Assert.Equal(0x2a, pair.Acknowledge());
        Assert.Equal((1 << 2, 1 << 2), (pair.First.InService, pair.Second.InService));
    }

    [Fact]
    public void Controllers_NothingPending_IsSpurious()
    {
        InterruptControllerPair pair = Initialized();
        Assert.Equal(0x27, pair.Acknowledge());
        Assert.Equal(0, pair.First.InService);
    }

    [Fact]
    public void Timer_Mode2_CountsDownAndReloads_LatchHolds()
    {
        var clock = new VirtualClock(IntervalTimer8254.InputFrequencyHz);
        var inputs = new Inputs();
        var timer = new IntervalTimer8254(new InterruptLine(inputs, 0), clock);
        timer.Write(3, 1, 0x34);
        timer.Write(0, 1, 0xe8);
        timer.Write(0, 1, 0x03);
        Assert.Equal(1000ul, timer.NextDeadline);
        clock.Charge(300);
        timer.Write(3, 1, 0x00);
        clock.Charge(100);
        Assert.Equal(700u, timer.Read(0, 1) | (timer.Read(0, 1) << 8));
        Assert.Equal(600u, timer.Read(0, 1) | (timer.Read(0, 1) << 8));
        clock.Charge(2700);
        timer.Update();
        Assert.Equal(1, inputs.Edges);
        Assert.Equal(4000ul, timer.NextDeadline);
    }

    [Fact]
    public void Timer_Mode0_FiresOnce()
    {
        var clock = new VirtualClock(IntervalTimer8254.InputFrequencyHz);
        var inputs = new Inputs();
        var timer = new IntervalTimer8254(new InterruptLine(inputs, 0), clock);
        timer.Write(3, 1, 0x10);
        timer.Write(0, 1, 50);
        clock.Charge(50);
        timer.Update();
        clock.Charge(5000);
        timer.Update();
        Assert.Equal(1, inputs.Edges);
        Assert.Null(timer.NextDeadline);
    }

    [Fact]
    public void Bus_RefusesOverlappingRanges()
    {
        var bus = new PortBus();
        bus.Map(0x3f8, 8, new ExitPort());
        Assert.Throws<ArgumentException>(() => bus.Map(0x3ff, 1, new ExitPort()));
        Assert.Equal(0xffffffffu, bus.Read(0x80, 4));
        Assert.Equal(1, bus.Unclaimed);
    }

    private static InterruptControllerPair Initialized()
    {
        var pair = new InterruptControllerPair();
        foreach ((InterruptController8259 controller, byte vectors, byte wiring) in
            ((InterruptController8259, byte, byte)[])[(pair.First, 0x20, 4), (pair.Second, 0x28, 2)])
        {
            controller.Write(Command, 1, 0x11);
            controller.Write(Data, 1, vectors);
            controller.Write(Data, 1, wiring);
            controller.Write(Data, 1, 1);
        }

        return pair;
    }

    private sealed class Inputs : IInterruptInputs
    {
        public bool Level { get; private set; }

        public int Edges { get; private set; }

        public void SetInput(int number, bool high)
        {
            Edges += high && !Level ? 1 : 0;
            Level = high;
        }
    }
}
