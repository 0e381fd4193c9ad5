using ParaKit.Hypervisor.MemoryPolicies;
using static ParaKit.Hypervisor.MemoryPolicies.FreeMemoryState;

namespace ParaKit.Hypervisor.Tests.MemoryPolicies;

/// <summary>Thresholds with hysteresis, and who may start.</summary>
public sealed class FreeMemoryTests
{
    /// <summary>Down at 4, 2 and 1 percent; up again half-way to the next threshold.</summary>
    [Fact]
    public void States_FollowTheThresholds()
    {
        var monitor = new FreeMemoryMonitor();
        (int Free, FreeMemoryState State)[] steps =
        [
            (1000, High), (60, High), (41, High), (40, High), (39, Soft), (49, Soft), (50, High), (45, High), (39, Soft), (20, Soft), (19, Hard), (29, Hard),
            (30, Soft), (19, Hard), (10, Hard), (9, Low), (14, Low), (15, Hard), (9, Low), (0, Low), (1000, High), (0, Low), (35, Soft),
        ];
        Assert.All(steps, step => Assert.Equal(step.State, monitor.Update(step.Free, 1000)));
    }

    /// <summary>A few pages more and less around a threshold are one change of state, not one each.</summary>
    [Theory]
    [InlineData(4000)]
    [InlineData(2000)]
    [InlineData(1000)]
    public void Noise_AroundAThreshold_DoesNotSwing(int threshold)
    {
        var random = new Random(threshold);
        var monitor = new FreeMemoryMonitor();
        monitor.Update(threshold, 100_000);
        var before = monitor.Transitions;
        for (var i = 0; i < 10_000; i++)
        {
            monitor.Update(threshold + random.Next(-400, 400), 100_000);
        }

        Assert.Equal(before + 1, monitor.Transitions);
    }

    [Fact]
    public void Admission_KeepsWhatWasPromised()
    {
        var admission = new AdmissionControl(1000, 500);
        Assert.Null(admission.TryAdmit(400, 800, 100));
        Assert.Contains("500 are not promised", admission.TryAdmit(450, 450, 51), StringComparison.Ordinal);
        Assert.Contains("swap space", admission.TryAdmit(100, 201, 10), StringComparison.Ordinal);
        Assert.Equal((500, 100), (admission.Unreserved, admission.UnreservedSwap));
        Assert.Null(admission.TryAdmit(400, 500, 100));
        admission.Release(400, 800, 100);
        Assert.Equal((500, 400), (admission.Unreserved, admission.UnreservedSwap));
        Assert.NotNull(admission.TryAdmit(0, 10, 0));
        Assert.NotNull(admission.TryAdmit(11, 10, 0));
    }
}
