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
