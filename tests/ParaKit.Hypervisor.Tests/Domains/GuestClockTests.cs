using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Tests.Domains;

public sealed class GuestClockTests
{
    [Theory]
    [InlineData(1_000_000_000ul)]
    [InlineData(2_999_999_999ul)]
    [InlineData(4_200_000_000ul)]
    [InlineData(33_333_333ul)]
    public void Scale_TurnsCyclesIntoNanoseconds(ulong frequency)
    {
        var clock = new VirtualClock(frequency);
        var time = new GuestClock(clock).Capture();
        clock.Charge(frequency * 5);
        var delta = clock.Cycles - time.TscTimestamp;
        var shifted = time.TscShift >= 0 ? delta << time.TscShift : delta >> -time.TscShift;
        var nanoseconds = (ulong)((UInt128)shifted * time.TscToSystemMultiplier >> 32);
        Assert.InRange(nanoseconds, 4_999_999_900ul, 5_000_000_000ul);
        Assert.True(time.TscToSystemMultiplier >= 0x8000_0000);
    }

    [Fact]
    public void Timers_DoNotOverflow()
    {
        var timers = new VirtualTimers { SingleShot = ulong.MaxValue - 1 };
        Assert.Equal(VirtualTimers.Never, timers.SingleShot);
        timers.StartPeriodic(1ul << 57, 1ul << 62);
        Assert.Equal(VirtualTimers.Never, timers.Next);
        timers.StartPeriodic(100, 10);
        Assert.True(timers.TakeDue(135));
        Assert.Equal(140ul, timers.NextPeriodic);
        Assert.False(timers.TakeDue(139));
    }
}
