using ParaKit.Hypervisor.MemoryPolicies;

namespace ParaKit.Hypervisor.Tests.MemoryPolicies;

/// <summary>What samples say about the use of memory.</summary>
public sealed class ActivityEstimatorTests
{
    /// <summary>With 100 samples a period, the estimate of a steady guest is within 10 points in 19 of 20 cases.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1.0)]
    public void Steady_IsEstimatedToTenPoints(double active)
    {
        const int Trials = 400;
        var close = 0;
        for (var seed = 0; seed < Trials; seed++)
        {
            var random = new Random(seed);
            var estimator = new ActivityEstimator();
            for (var period = 0; period < 20; period++)
            {
                Play(estimator, random, active);
            }

            // Between periods: what the averages say.
            estimator.BeginPeriod(ActivityEstimator.DefaultSamples);
            close += Math.Abs(estimator.Active - active) <= 0.10 ? 1 : 0;
        }

        Assert.True(close >= Trials * 95 / 100, $"{close} of {Trials}");
    }

    /// <summary>A guest that wakes up is seen within the period; one that falls asleep only slowly.</summary>
    [Fact]
    public void Rise_IsSeenAtOnce_AndFallSlowly()
    {
        var random = new Random(1);
        var estimator = new ActivityEstimator();
        for (var period = 0; period < 30; period++)
        {
            Play(estimator, random, 0);
        }

        Assert.True(estimator.Active < 0.01);
        Play(estimator, random, 1);
        Assert.Equal(1, estimator.Active);
        Play(estimator, random, 0);
        Play(estimator, random, 0);
        Assert.InRange(estimator.Active, 0.1, 0.9);
    }

    [Fact]
    public void Unknown_IsActive() => Assert.Equal(1, new ActivityEstimator().Active);

    private static void Play(ActivityEstimator estimator, Random random, double active)
    {
        estimator.BeginPeriod(ActivityEstimator.DefaultSamples);
        for (var i = 0; i < ActivityEstimator.DefaultSamples; i++)
        {
            if (random.NextDouble() < active)
            {
                estimator.NoteTouch();
            }
        }
    }
}
