using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Devices;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>The back end's half of a ring against a front end that is a model, and against one that lies.</summary>
public sealed class BackRingTests
{
    private const uint Slots = 32;
    private const ulong Page = 0x1000;
    private const ulong RequestProducer = Page;
    private const ulong ResponseProducer = Page + 8;
    private const ulong ResponseEvent = Page + 12;

    [Fact]
    public void Slots_AreThoseOfXen() => Assert.Equal(Slots, BackRing<BlockRequest, BlockResponse>.Slots);

    /// <summary>rsp_cons ≤ rsp_prod ≤ req_cons ≤ req_prod ≤ rsp_cons + N after every step, with indices that begin anywhere before they wrap.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Indices_KeepTheirOrder_AcrossWrapAround(int seed)
    {
        var random = new Random(seed);
        using var memory = new PhysicalMemory(0x4000);
        var ring = new BackRing<BlockRequest, BlockResponse>(memory, Page, new BackendMeter(CostProfile.Default));
        (uint Produced, uint Consumed, uint Answered, uint Pushed, uint Taken) model = default;
        Queue<ulong> expected = [];
        Queue<ulong> unanswered = [];

        // A ring begins at 0; the model goes round so often that the slots wrap many times.
        for (var step = 0; step < 100_000; step++)
        {
            switch (random.Next(5))
            {
                case 0 when model.Produced - model.Taken < Slots:
                    memory.Write(Slot(model.Produced), new BlockRequest { Id = model.Produced, Operation = BlockOperation.Read });
                    expected.Enqueue(model.Produced++);
                    memory.Write(RequestProducer, model.Produced);
                    break;
                case 1:
                    Assert.Equal(expected.TryDequeue(out var id), ring.TryTake(out var request));
                    Assert.True(model.Produced == model.Consumed || request.Id == id);
                    if (model.Produced != model.Consumed)
                    {
                        model.Consumed++;
                        unanswered.Enqueue(id);
                    }

                    break;
                case 2 when unanswered.TryDequeue(out var answer):
                    ring.Put(new BlockResponse { Id = answer });
                    model.Answered++;
                    break;
                case 3:
                    ring.Push();
                    model.Pushed = model.Answered;
                    Assert.Equal(model.Pushed, memory.Read<uint>(ResponseProducer));
                    break;
                case 4 when model.Pushed != model.Taken:
                    Assert.Equal(model.Taken, memory.Read<BlockResponse>(Slot(model.Taken)).Id);
                    model.Taken++;
                    break;
                default:
                    break;
            }

            Assert.False(ring.IsBroken);
            Assert.True(
                model.Taken <= model.Pushed && model.Pushed <= model.Consumed && model.Consumed <= model.Produced && model.Produced <= model.Taken + Slots, $"seed {seed}, step {step}: {model}");
        }
    }

    [Theory]
    [InlineData(0u, false)]
    [InlineData(1u, false)]
    [InlineData(32u, false)]
    [InlineData(33u, true)]
    [InlineData(0x8000_0000u, true)]
    [InlineData(uint.MaxValue, true)]
    public void ProducerFarAhead_BreaksTheRing(uint producer, bool isBroken)
    {
        using var memory = new PhysicalMemory(0x4000);
        var ring = new BackRing<BlockRequest, BlockResponse>(memory, Page, new BackendMeter(CostProfile.Default));
        memory.Write(RequestProducer, producer);
        var count = 0u;
        while (ring.TryTake(out _))
        {
            count++;
        }

        Assert.Equal(isBroken ? 0u : producer, count);
        Assert.Equal(isBroken, ring.IsBroken);
    }

    /// <summary>Requests that were taken but not answered still have their slots: more than the rest cannot be there.</summary>
    [Fact]
    public void ProducerThatOvertakesAnswers_BreaksTheRing()
    {
        using var memory = new PhysicalMemory(0x4000);
        var ring = new BackRing<BlockRequest, BlockResponse>(memory, Page, new BackendMeter(CostProfile.Default));
        memory.Write(RequestProducer, Slots);
        while (ring.TryTake(out _))
        {
        }

        memory.Write(RequestProducer, Slots + 1);
        Assert.False(ring.TryTake(out _));
        Assert.True(ring.IsBroken);
    }

    [Theory]
    [InlineData(1u, 1, true)]
    [InlineData(2u, 1, false)]
    [InlineData(3u, 3, true)]
    [InlineData(4u, 3, false)]
    public void Push_TellsWhenTheThresholdIsPassed(uint threshold, int answers, bool tells)
    {
        using var memory = new PhysicalMemory(0x4000);
        var ring = new BackRing<BlockRequest, BlockResponse>(memory, Page, new BackendMeter(CostProfile.Default));
        memory.Write(RequestProducer, Slots);
        memory.Write(ResponseEvent, threshold);
        for (var i = 0; i < answers; i++)
        {
            ring.TryTake(out _);
            ring.Put(default);
        }

        Assert.Equal(tells, ring.Push());
    }

    private static ulong Slot(uint index) => Page + SharedRing.HeaderBytes + (index % Slots * 112);
}
