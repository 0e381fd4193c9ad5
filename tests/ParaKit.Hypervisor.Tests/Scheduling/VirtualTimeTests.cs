using ParaKit.Hypervisor.Scheduling;
using static ParaKit.Hypervisor.Tests.Scheduling.SimulatedProcessor;

namespace ParaKit.Hypervisor.Tests.Scheduling;

/// <summary>Bounds that schedulers by virtual time keep after every single turn, and Borrowed Virtual Time's warp.</summary>
public sealed class VirtualTimeTests
{
    private const ulong Mcu = BorrowedVirtualTimeScheduler.MinimumChargingUnit;
    private const ulong Slice = 5 * Millisecond;

    /// <summary>
    /// In 10^5 workloads, no client is ever ahead of another by more than one turn of its own, in time over weight. Hence none is ahead of its share by more than a turn,
    /// nor behind it by more than the turns of all others in proportion to its weight.
    /// </summary>
    [Theory]
    [InlineData("stride")]
    [InlineData("bvt")]
    public void ShareIsKept_AfterEachTurn(string name)
    {
        for (var seed = 0; seed < 100_000; seed++)
        {
            var random = new Random(seed);
            var slice = (ulong)random.NextInt64((long)Mcu, (long)(20 * Millisecond));
            var processor = new SimulatedProcessor(Schedulers.Make(name, slice));
            var clients = random.Next(2, 6);
            for (var i = 0; i < clients; i++)
            {
                processor.AddHog(new() { Weight = random.Next(1, 50) });
            }

            var most = name == "bvt" ? slice + Mcu : slice + 1;
            processor.AfterTurn = () => Check(processor, most, seed);
            processor.RunUntil(20 * slice);
        }
    }

    /// <summary>The processor sees hogs that all began at 0.</summary>
    private static void Check(SimulatedProcessor processor, ulong most, int seed)
    {
        double weights = 0;
        for (var i = 0; i < processor.Count; i++)
        {
            weights += processor.Weight(i);
        }

        for (var i = 0; i < processor.Count; i++)
        {
            var share = processor.Now * processor.Weight(i) / weights;
            var behind = (double)(processor.Count - 1) * most * processor.Weight(i) / weights;
            if (processor.Ran(i) > share + most + 1 || processor.Ran(i) < share - behind - 1)
            {
                Assert.Fail($"Seed {seed}: at {processor.Now} client {i} has run {processor.Ran(i)}; its share is {share}.");
            }

            for (var j = 0; j < processor.Count; j++)
            {
                var ahead = (double)processor.Ran(i) / processor.Weight(i) - ((double)processor.Ran(j) / processor.Weight(j));
                if (ahead > ((double)most / processor.Weight(i)) + 1)
                {
                    Assert.Fail($"Seed {seed}: at {processor.Now} client {i} is ahead of {j} by {ahead}.");
                }
            }
        }
    }

    [Fact]
    public void SwitchesAreLimitedByTheAllowance()
    {
        var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice));
        for (var i = 1; i < 10; i++)
        {
            processor.AddHog(new() { Weight = i });
        }

        processor.RunUntil(10 * Second);
        Assert.InRange(processor.Runs.Count, 100, (int)(processor.Now / Slice) + 1);
    }

    /// <summary>Among 127 that never sleep, who warps runs when it wakes; who does not, waits for many.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WarpedSleeper_RunsAtOnce(bool warps)
    {
        var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice));
        for (var i = 0; i < 127; i++)
        {
            processor.AddHog();
        }

        processor.Add(new() { Weight = 1, Warp = warps ? Second : 0 }, () => (100 * Microsecond, 50 * Millisecond));
        processor.RunUntil(20 * Second);
        var longest = processor.Latencies.Max(l => l.Latency);
        if (warps)
        {
            Assert.Equal(0UL, longest);
            Assert.True(processor.Latencies.Count > 350);
        }
        else
        {
            Assert.True(longest > Slice);
        }
    }

    /// <summary>Borrowed time is paid back.</summary>
    [Fact]
    public void WarpedClient_HasItsShareInTheLongRun()
    {
        var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice));
        for (var i = 0; i < 3; i++)
        {
            processor.AddHog();
        }

        processor.Add(new() { Weight = 1, Warp = 100 * Millisecond }, () => (30 * Millisecond, Microsecond));
        processor.RunUntil(100 * Second);
        Assert.InRange((double)processor.Ran(3) / processor.Now, 0.2, 0.255);
    }

    /// <summary>Who warps and never sleeps is cut off at its limit, and cannot warp again for as long as it has to go without.</summary>
    [Fact]
    public void WarpEndsAtItsLimit()
    {
        var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice));
        for (var i = 0; i < 3; i++)
        {
            processor.AddHog();
        }

        processor.Add(new() { Weight = 1, Warp = 10 * Second, WarpLimit = 50 * Millisecond, UnwarpRequirement = Second }, () => (ulong.MaxValue, 0));
        processor.RunUntil(20 * Second);
        var warped = processor.Runs.Where(r => r.Client == 3 && r.Ran >= 50 * Millisecond).ToList();
        Assert.InRange(warped.Count, 15, 20);
        Assert.All(warped, run => Assert.InRange(run.Ran, 50 * Millisecond, (60 * Millisecond) + Mcu));
        Assert.All(warped.Zip(warped.Skip(1)), pair => Assert.True(pair.Second.Start >= pair.First.Start + Second));
        Assert.InRange((double)processor.Ran(3) / processor.Now, 0.24, 0.26);
    }

    /// <summary>Who waits lets each other run for an allowance, for the warp of those that warp, and until it has caught up with what the waiting one had before.</summary>
    [Fact]
    public void NobodyStarves()
    {
        var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice));
        for (var i = 0; i < 31; i++)
        {
            processor.AddHog(new() { Weight = 1, Warp = i % 4 == 0 ? Second : 0, WarpLimit = 100 * Millisecond, UnwarpRequirement = 5 * Second });
        }

        processor.RunUntil(30 * Second);
        for (var i = 0; i < 31; i++)
        {
            var before = i % 4 == 0 ? 100 * Millisecond : 0;
            var bound = (30 * (Slice + Mcu + before)) + (8 * 100 * Millisecond) + Slice;
            var runs = processor.Runs.Where(r => r.Client == i).ToList();
            Assert.True(runs.Zip(runs.Skip(1)).All(p => p.Second.Start - (p.First.Start + p.First.Ran) <= bound + (p.First.Ran * 30)), $"Client {i} waited too long.");
        }
    }

    [Fact]
    public void VirtualTimeWrapsAround_UnnoticedByAll()
    {
        var expected = Trace(0);
        Assert.Equal(expected, Trace(ulong.MaxValue - (1UL << 40)));
        Assert.Equal(expected, Trace(ulong.MaxValue));
        Assert.Equal(expected, Trace(long.MaxValue));

        static List<(int Client, ulong Start, ulong Ran)> Trace(ulong start)
        {
            var random = new Random(7);
            var processor = new SimulatedProcessor(new BorrowedVirtualTimeScheduler(Slice, isXenSlice: false, start));
            for (var i = 1; i < 9; i++)
            {
                var burst = (long)Millisecond * i * i;
                processor.Add(
                    new() { Weight = i, Warp = (ulong)i % 3 * Second, WarpLimit = 100 * Millisecond },
                    () => ((ulong)random.NextInt64(1, burst), (ulong)random.NextInt64(1, burst)));
            }

            processor.RunUntil(30 * Second);
            return processor.Runs;
        }
    }

    /// <summary>Xen added a count of charging units to nanoseconds: its slices are all about C, where the paper's are longer for who is behind.</summary>
    [Fact]
    public void XensSlices_AreToldApart()
    {
        Assert.InRange(SecondTurn(isXen: true), Slice, Slice + Mcu);
        Assert.InRange(SecondTurn(isXen: false), (5 * Slice) - Mcu, (5 * Slice) + Mcu);

        static ulong SecondTurn(bool isXen)
        {
            var scheduler = new BorrowedVirtualTimeScheduler(Slice, isXen);
            scheduler.Add(0, new() { Weight = 1 }, 0);
            scheduler.Add(1, new() { Weight = 4 }, 0);
            Assert.Equal(0, scheduler.Next(0).Client);
            scheduler.Charge(0, Slice, isRunnable: true, Slice);
            var turn = scheduler.Next(Slice);
            Assert.Equal(1, turn.Client);
            return turn.Nanoseconds;
        }
    }
}
