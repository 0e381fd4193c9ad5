using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The balloon driver of the sample kernel, which pages to its own disk when it has given up too much.</summary>
public sealed partial class BalloonTests
{
    private const ulong Mebibyte = 1 << 20;
    private const ulong Second = 1_000_000_000;
    private const ulong Full = 16 * Mebibyte;

    /// <summary>A guest that gave memory up is as fast as one that never had it; both page to their disks, but for the largest size.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(13)]
    public void Ballooned_IsAsFastAsConfigured(ulong mebibytes)
    {
        const string Load = "quick load=2500 settle=400 working=2500 rounds=7";
        double ballooned = LastRounds(Run(Full, mebibytes * Mebibyte, Load));
        double configured = LastRounds(Run(mebibytes * Mebibyte, mebibytes * Mebibyte, Load));
        Assert.InRange(ballooned / configured, 0.95, 1.05);
    }

    /// <summary>Below what it uses the guest pages out, to its own disk and by its own choice; when it may have memory again it pages in. Nothing is lost.</summary>
    [Fact]
    public void TargetBelowTheWorkingSet_MakesTheGuestPage_AndItRecovers()
    {
        using var file = new TemporaryDisk(32 * Mebibyte);
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 32 * Mebibyte });
        HostedGuest guest = host.Create(Request(Full, file, "quick load=2000 working=2000 settle=20 rounds=4000"));
        host.Run(Second / 5);
        ulong free = host.FreeBytes;
        Assert.Equal((0UL, 0UL), Paged(guest));

        guest.MemoryTarget = 9 * Mebibyte;
        host.Run(2 * Second);
        Assert.Equal(9 * Mebibyte, guest.MemoryBytes);
        Assert.Equal(free + (Full - (9 * Mebibyte)), host.FreeBytes);
        (ulong pagedOut, ulong pagedIn) = Paged(guest);
        Assert.True(pagedOut > 500 && pagedIn > 100, $"{pagedOut} out, {pagedIn} in");

        guest.MemoryTarget = Full;
        host.Run(4 * Second);
        Assert.Equal(Full, guest.MemoryBytes);
        (ulong recovered, _) = Paged(guest);
        host.Run(Second / 5);
        Assert.Equal(recovered, Paged(guest).Out);
        Assert.True(host.RunToEnd(default));
        Assert.Contains("LOAD PASS", guest.Result.Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(Full + 4096)]
    [InlineData(ulong.MaxValue)]
    public void TargetOutOfRange_IsRefused_AndNothingChanges(ulong bytes)
    {
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 32 * Mebibyte });
        HostedGuest guest = host.Create(new RunRequest(BuildOutput.SampleImage("paravirt")) { MemoryBytes = Full });
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.MemoryTarget = bytes);
        Assert.Equal((Full, Full), (guest.MemoryTarget, guest.MemoryBytes));
    }

    /// <summary>A domain that gave memory up cannot have it back while another has it, and gets it when that has ended.</summary>
    [Fact]
    public void MemoryGivenUp_IsAnothers_UntilThatEnds()
    {
        using var file = new TemporaryDisk(32 * Mebibyte);
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 17 * Mebibyte, Domains = 1 });
        HostedGuest guest = host.Create(Request(Full, file, "quick load=1000 working=1000 settle=3000 rounds=1"));
        guest.MemoryTarget = 7 * Mebibyte;
        host.Run(Second);
        Assert.Equal(7 * Mebibyte, guest.MemoryBytes);
        HostedGuest other = host.Create(new RunRequest(BuildOutput.SampleImage("paravirt")) { MemoryBytes = 8 * Mebibyte, CommandLine = "quick settle=1" });
        other.Pause();
        guest.MemoryTarget = Full;
        host.Run(Second);
        Assert.InRange(guest.MemoryBytes, 7 * Mebibyte, 12 * Mebibyte);
        other.Destroy();
        host.Forget(other);
        host.Run(Second);
        Assert.Equal(Full, guest.MemoryBytes);
    }

    /// <summary>
    /// Four paravirtual guests offer 600 pages each, of which 402 are the same: three times 402 frames are free while they only read, and what they write to is copied, one copy for each.
    /// </summary>
    [Fact]
    public void OfferedPages_AreShared_AndCopiedOnWrite()
    {
        const int Guests = 4;
        const ulong PageBytes = 4096;
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = (Guests + 1) * 8 * Mebibyte, Domains = Guests });
        HostedGuest[] guests =
        [
            .. Enumerable.Range(1, Guests).Select(i => host.Create(new RunRequest(BuildOutput.SampleImage("paravirt")) { MemoryBytes = 8 * Mebibyte, CommandLine = $"quick offer=600 common=67 seed={i} settle=2000" })),
        ];
        ulong free = host.FreeBytes;
        host.Run(Second);
        Assert.All(guests, guest => Assert.Contains("OFFER shared 600", guest.Result.Console, StringComparison.Ordinal));
        Assert.Equal(free + ((Guests - 1) * 402 * PageBytes), host.FreeBytes);

        Assert.True(host.RunToEnd(default));
        Assert.All(guests, guest => Assert.Contains("OFFER copied 150\nOFFER PASS 600", guest.Result.Console, StringComparison.Ordinal));
    }

    private static RunRequest Request(ulong memory, TemporaryDisk file, string commandLine) => new(BuildOutput.SampleImage("paravirt"))
    {
        MemoryBytes = memory,
        Disks = [new DiskOptions(file.Path, IsReadOnly: false)],
        CommandLine = commandLine,
    };

    private static RunResult Run(ulong memory, ulong target, string commandLine)
    {
        using var file = new TemporaryDisk(32 * Mebibyte);
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 32 * Mebibyte });
        HostedGuest guest = host.Create(Request(memory, file, commandLine));
        guest.MemoryTarget = target;
        Assert.True(host.RunToEnd(default));
        Assert.Contains("LOAD PASS", guest.Result.Console, StringComparison.Ordinal);
        Assert.Equal(target, guest.MemoryBytes);
        return guest.Result;
    }

    private static double LastRounds(RunResult result) => Rounds().Matches(result.Console).Skip(2).Average(m => double.Parse(m.Groups["time"].Value, CultureInfo.InvariantCulture));

    private static (ulong Out, ulong In) Paged(HostedGuest guest)
    {
        Match last = Rounds().Matches(guest.Result.Console)[^1];
        return (ulong.Parse(last.Groups["out"].Value, CultureInfo.InvariantCulture), ulong.Parse(last.Groups["in"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"LOAD touches \d+ time (?<time>\d+) out (?<out>\d+) in (?<in>\d+)")]
    private static partial Regex Rounds();
}
