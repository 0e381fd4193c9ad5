using ParaKit.Hypervisor.Block;

namespace ParaKit.Hypervisor.Tests.Devices;

public sealed class DiskScheduleTests
{
    /// <summary>What was added before a barrier is done before it, and what was added after it afterwards, whatever the sectors and times.</summary>
    [Fact]
    public void Barriers_AreNeverPassed()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var schedule = new DiskSchedule();
            List<int> done = [];
            List<bool> barriers = [];
            ulong now = 0;
            for (var i = 0; i < 60; i++)
            {
                var number = i;
                barriers.Add(random.Next(8) == 0);
                schedule.Add(new DiskRequest((ulong)random.Next(1000), 8, barriers[i], () => done.Add(number)), now);
                now += (ulong)random.Next(200_000);
                schedule.Serve(now);
            }

            schedule.Serve(ulong.MaxValue);
            Assert.Equal(60, done.Count);
            Assert.Equal(0, schedule.Count);
            var place = done.Index().ToDictionary(d => d.Item, d => d.Index);
            for (var i = 0; i < 60; i++)
            {
                for (var j = i + 1; j < 60; j++)
                {
                    Assert.True(!(barriers[i] || barriers[j]) || place[i] < place[j], $"seed {seed}: {i} and {j}");
                }
            }
        }
    }

    [Fact]
    public void WithoutBarriers_TheHeadMovesOneWay()
    {
        var schedule = new DiskSchedule();
        List<ulong> order = [];
        foreach (ulong sector in new ulong[] { 0, 500, 100, 900, 300, 50 })
        {
            schedule.Add(new DiskRequest(sector, 1, IsBarrier: false, () => order.Add(sector)), 0);
        }

        schedule.Serve(ulong.MaxValue);
        Assert.Equal([0UL, 50, 100, 300, 500, 900], order);
    }

    /// <summary>A device with many requests far ahead does not keep another from the disk, and each one's barriers bind it alone.</summary>
    [Fact]
    public void Devices_TakeTurns()
    {
        var disk = new PhysicalDisk();
        var (greedy, modest) = (new DiskSchedule(disk), new DiskSchedule(disk));
        List<string> done = [];
        for (var i = 0; i < 100; i++)
        {
            greedy.Add(new DiskRequest((ulong)i, 1, IsBarrier: false, () => done.Add("greedy")), 0);
        }

        for (var i = 0; i < 10; i++)
        {
            modest.Add(new DiskRequest(1000 + (ulong)i, 1, IsBarrier: i == 0, () => done.Add("modest")), 0);
        }

        greedy.Serve(ulong.MaxValue);
        Assert.Equal(110, done.Count);
        Assert.InRange(done.FindLastIndex(d => d == "modest"), 10, 45);
        Assert.Equal((0, 0), (greedy.Count, modest.Count));
    }

    /// <summary>On a shared disk each device's barriers hold, and all requests are done once; those of a device that is drained or cleared too, or not at all.</summary>
    [Fact]
    public void SharedDisk_KeepsEachDevicesBarriers()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var disk = new PhysicalDisk();
            DiskSchedule[] devices = [new(disk), new(disk), new(disk)];
            List<(int Device, int Number)> done = [];
            Dictionary<(int, int), bool> barriers = [];
            ulong now = 0;
            for (var i = 0; i < 90; i++)
            {
                var place = (Device: random.Next(3), Number: i);
                barriers[place] = random.Next(8) == 0;
                devices[place.Device].Add(new DiskRequest((ulong)random.Next(1000), 8, barriers[place], () => done.Add(place)), now);
                now += (ulong)random.Next(60_000);
                devices[random.Next(3)].Serve(now);
            }

            devices[0].Drain();
            Assert.Equal(0, devices[0].Count);
            devices[1].Serve(ulong.MaxValue);
            Assert.Equal(90, done.Count);
            var order = done.Index().ToDictionary(d => d.Item, d => d.Index);
            foreach (var (one, oneIsBarrier) in barriers)
            {
                foreach (var (other, otherIsBarrier) in barriers.Where(b => b.Key.Item1 == one.Item1 && b.Key.Item2 > one.Item2))
                {
                    Assert.True(!(oneIsBarrier || otherIsBarrier) || order[one] < order[other], $"seed {seed}: {one} and {other}");
                }
            }
        }
    }

    [Fact]
    public void Requests_TakeTime()
    {
        var schedule = new DiskSchedule();
        var isDone = false;
        schedule.Add(new DiskRequest(0, 8, IsBarrier: false, () => isDone = true), now: 1000);
        ulong deadline = schedule.NextDeadline!.Value;
        Assert.True(deadline > 1000);
        schedule.Serve(deadline - 1);
        Assert.False(isDone);
        schedule.Serve(deadline);
        Assert.True(isDone);
        Assert.Null(schedule.NextDeadline);
    }
}
