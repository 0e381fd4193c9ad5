using ParaKit.Hypervisor.Scheduling;
using static ParaKit.Hypervisor.Tests.Scheduling.SimulatedProcessor;

namespace ParaKit.Hypervisor.Tests.Scheduling;

/// <summary>What is promised of all schedulers, of those that know weights, and of each.</summary>
public sealed class SchedulerTests
{
    private const ulong Slice = 5 * Millisecond;

    public static TheoryData<string> All => [.. Schedulers.Names];

    public static TheoryData<string> Proportional => ["stride", "lottery", "bvt", "bvt-xen", "credit"];

    /// <summary>Who runs is somebody who can; the processor is idle only if nobody can; nobody waits for ever.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void AnyWorkload_IsServedWithoutIdling(string name)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var processor = new SimulatedProcessor(Schedulers.Make(name, (ulong)random.NextInt64(1, (long)(10 * Millisecond))));
            var count = random.Next(1, 9);
            for (var i = 0; i < count; i++)
            {
                var (burst, sleep) = (random.NextInt64(1, (long)(20 * Millisecond)), random.NextInt64(1, (long)(50 * Millisecond)));
                processor.Add(new() { Weight = random.Next(1, 9) }, () => ((ulong)random.NextInt64(1, burst + 1), (ulong)random.NextInt64(1, sleep + 1)));
            }

            processor.RunUntil(Second);
            var ran = Enumerable.Range(0, count).Aggregate(0UL, (sum, i) => sum + processor.Ran(i));
            Assert.True(ran + processor.Idle == processor.Now, $"Seed {seed}: time is missing.");
            Assert.True(Enumerable.Range(0, count).All(i => processor.Ran(i) > 0), $"Seed {seed}: somebody never ran.");
        }
    }

    [Theory]
    [MemberData(nameof(Proportional))]
    public void Weights1To8_GetTheirShares(string name)
    {
        var processor = new SimulatedProcessor(Schedulers.Make(name, Slice));
        for (var weight = 1; weight <= 8; weight++)
        {
            processor.AddHog(new() { Weight = weight });
        }

        processor.RunUntil(name == "lottery" ? 1000 * Second : 60 * Second);
        for (var i = 0; i < 8; i++)
        {
            Assert.InRange(processor.Ran(i) * 36.0 / processor.Now / processor.Weight(i), 0.96, 1.04);
        }
    }

    [Theory]
    [InlineData("round-robin")]
    [InlineData("fair-share")]
    public void Equals_GetTheSame(string name)
    {
        var processor = new SimulatedProcessor(Schedulers.Make(name, Slice));
        processor.AddHog();
        processor.AddHog(new() { Weight = 100 });
        processor.AddHog();
        processor.RunUntil(3 * Second);
        Assert.All([0, 1, 2], i => Assert.Equal(Second, processor.Ran(i)));
    }

    /// <summary>By turns, who gives up early loses; by fair share it does not.</summary>
    [Fact]
    public void ShortTurns_AreMadeUpForByFairShareOnly()
    {
        Assert.InRange(ShareOfShortTurns("round-robin"), 0.16, 0.17);
        Assert.InRange(ShareOfShortTurns("fair-share"), 0.49, 0.51);

        static double ShareOfShortTurns(string name)
        {
            var processor = new SimulatedProcessor(Schedulers.Make(name, Slice));
            processor.AddHog();
            processor.Add(null, () => (Millisecond, 0));
            processor.RunUntil(10 * Second);
            return (double)processor.Ran(1) / processor.Now;
        }
    }

    /// <summary>After ten seconds of sleep, two clients that never sleep share as if there had been none; even if the first slept too before the second woke.</summary>
    [Theory]
    [InlineData("fair-share")]
    [InlineData("stride")]
    [InlineData("bvt")]
    [InlineData("bvt-xen")]
    [InlineData("credit")]
    public void Sleeper_GainsNothing(string name)
    {
        var processor = new SimulatedProcessor(Schedulers.Make(name, Slice));
        Queue<(ulong, ulong)> first = new([(10 * Second, 2 * Second), (ulong.MaxValue, 0)]);
        Queue<(ulong, ulong)> second = new([(1, 11 * Second), (ulong.MaxValue, 0)]);
        processor.Add(null, first.Dequeue);
        processor.Add(null, second.Dequeue);
        processor.RunUntil((12 * Second) + 2);
        var (ranFirst, ranSecond) = (processor.Ran(0), processor.Ran(1));
        processor.RunUntil((14 * Second) + 2);
        Assert.InRange(processor.Ran(1) - ranSecond, Second - (CreditScheduler.Period + Slice), Second + CreditScheduler.Period + Slice);
        Assert.InRange(processor.Ran(0) - ranFirst, Second - (CreditScheduler.Period + Slice), Second + CreditScheduler.Period + Slice);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ClientTwice_AndBadParameters_AreRefused(string name)
    {
        var scheduler = Schedulers.Make(name);
        scheduler.Add(0, new SchedulingParameters(), 0);
        Assert.Throws<ArgumentException>(() => scheduler.Add(0, new SchedulingParameters(), 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { Weight = 0 }, 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { Weight = 65536 }, 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { Cap = 101 }, 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { Warp = SchedulingParameters.LongestTime + 1 }, 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { WarpLimit = ulong.MaxValue }, 0));
        Assert.Throws<ArgumentException>(() => scheduler.Add(1, new SchedulingParameters { UnwarpRequirement = ulong.MaxValue }, 0));
        Assert.Equal(0, scheduler.Next(0).Client);
    }

    [Fact]
    public void UnknownScheduler_IsRefused() =>
        Assert.Contains("round-robin, fair-share", Assert.Throws<ArgumentException>(() => Schedulers.Make("best")).Message, StringComparison.Ordinal);

    [Fact]
    public void Lottery_IsALottery_AndRepeats()
    {
        var (first, second, other) = (Draws(1), Draws(1), Draws(2));
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        double[] expected = [1000, 2000, 3000, 4000];
        var chiSquare = expected.Select((e, i) => Math.Pow(first.Count(d => d == i) - e, 2) / e).Sum();
        Assert.InRange(chiSquare, 0.05, 16.3); // three degrees of freedom: 0.1 % are larger

        static List<int> Draws(int seed)
        {
            var scheduler = new LotteryScheduler(Slice, seed);
            for (var i = 0; i < 4; i++)
            {
                scheduler.Add(i, new SchedulingParameters { Weight = i + 1 }, 0);
            }

            List<int> draws = [];
            for (ulong now = 0; draws.Count < 10_000; now += Slice)
            {
                draws.Add(scheduler.Next(now).Client);
                scheduler.Charge(draws[^1], Slice, isRunnable: true, now + Slice);
            }

            return draws;
        }
    }

    [Fact]
    public void Lottery_CompensatesShortTurns()
    {
        var processor = new SimulatedProcessor(new LotteryScheduler(Slice, 1));
        processor.AddHog();
        processor.Add(null, () => (Slice / 4, 0));
        processor.RunUntil(200 * Second);
        Assert.InRange((double)processor.Ran(1) / processor.Now, 0.48, 0.52);
    }

    [Fact]
    public void Credit_KeepsCaps_AndThenIdles()
    {
        var processor = new SimulatedProcessor(new CreditScheduler(30 * Millisecond));
        processor.AddHog(new() { Cap = 25 });
        processor.AddHog(new() { Cap = 40, Weight = 1000 });
        processor.RunUntil(30 * Second);
        Assert.Equal(7500 * Millisecond, processor.Ran(0));
        Assert.Equal(12_000 * Millisecond, processor.Ran(1));
        Assert.Equal(10_500 * Millisecond, processor.Idle);
    }

    [Fact]
    public void Credit_BoostsWhoWakes()
    {
        var processor = new SimulatedProcessor(new CreditScheduler(30 * Millisecond));
        for (var i = 0; i < 8; i++)
        {
            processor.AddHog();
        }

        processor.Add(null, () => (Millisecond, 100 * Millisecond));
        processor.RunUntil(30 * Second);
        var late = processor.Latencies.Where(l => l.Latency > 0).ToList();
        Assert.True(processor.Latencies.Count > 250 && late.Count == 0, $"{late.Count} of {processor.Latencies.Count} were late.");
    }

    /// <summary>A client that uses little of a large share does not turn the others' shares into turns.</summary>
    [Fact]
    public void Credit_ThatOneCannotUse_GoesToTheOthersByWeight()
    {
        var processor = new SimulatedProcessor(new CreditScheduler(Slice));
        processor.AddHog(new() { Weight = 1 });
        processor.AddHog(new() { Weight = 3 });
        processor.Add(new() { Weight = 1000 }, () => (Millisecond, 9 * Millisecond));
        processor.RunUntil(60 * Second);
        Assert.InRange((double)processor.Ran(1) / processor.Ran(0), 2.9, 3.1);
    }
}
