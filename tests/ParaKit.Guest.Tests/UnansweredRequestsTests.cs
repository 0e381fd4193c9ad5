using ParaKit.Guest.Xen;

namespace ParaKit.Guest.Tests;

/// <summary>What a front end puts again when its back end has died: what was put and not answered, in that order.</summary>
public sealed class UnansweredRequestsTests
{
    private const int Slots = 32;

    [Fact]
    public void WhatIsNotForgotten_ComesInTheOrderInWhichItWasPut()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        UnansweredRequests<long> requests = new(Slots);
        List<(ulong Id, long Request)> model = [];
        for (long step = 0; step < 5000; step++)
        {
            if (model.Count < Slots && random.Next(2) == 0)
            {
                ulong id = Enumerable.Range(0, Slots).Select(i => (ulong)i).First(i => model.TrueForAll(one => one.Id != i));
                requests.Add(in step, id);
                model.Add((id, step));
            }
            else
            {
                ulong id = (ulong)random.Next(Slots);
                requests.Forget(id);
                model.RemoveAll(one => one.Id == id);
            }

            List<long> found = [];
            for (uint age = uint.MaxValue; requests.TryNext(ref age, out long request);)
            {
                found.Add(request);
            }

            Assert.True(model.Count == requests.Count && model.Select(one => one.Request).SequenceEqual(found), $"seed {seed}, step {step}");
        }
    }
}
