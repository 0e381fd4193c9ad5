namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// Tries orders in which the steps of several virtual processors may happen, by chance from a seed: each run makes the system anew, lets one processor after the other do its next step, and looks at the whole after each. What
/// it finds it finds again with the same seed.
/// </summary>
/// <typeparam name="TSystem">What the steps work on.</typeparam>
/// <param name="make">Makes it.</param>
/// <param name="programs">For each processor its steps, each atomic; one may leave something for the next in its own state, which is made anew too.</param>
/// <param name="check">Throws if the system is not as it should be.</param>
internal sealed class ScheduleExplorer<TSystem>(Func<TSystem> make, Func<TSystem, IReadOnlyList<Action>[]> programs, Action<TSystem> check)
    where TSystem : IDisposable
{
    /// <summary>The first order that goes wrong, and how; null if none of so many does.</summary>
    public (int Schedule, string Order, string Failure)? Explore(int seed, int schedules)
    {
        for (var schedule = 0; schedule < schedules; schedule++)
        {
            var random = new Random(HashCode.Combine(seed, schedule));
            using var system = make();
            if (Run(system, programs(system), random, out var order) is { } failure)
            {
                return (schedule, order, failure);
            }
        }

        return null;
    }

    private string? Run(TSystem system, IReadOnlyList<Action>[] all, Random random, out string order)
    {
        var next = new int[all.Length];
        order = "";
        while (true)
        {
            int[] ready = [.. Enumerable.Range(0, all.Length).Where(i => next[i] < all[i].Count)];
            if (ready.Length == 0)
            {
                return null;
            }

            var processor = ready[random.Next(ready.Length)];
            order += processor;
            try
            {
                all[processor][next[processor]++]();
                check(system);
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                return exception.Message;
            }
        }
    }
}
