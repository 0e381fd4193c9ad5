using ParaKit.Hypervisor.MemoryPolicies;

namespace ParaKit.Hypervisor.Tests.MemoryPolicies;

/// <summary>Who gets how many pages: closed forms, the drawbacks that the policies are known for, and agreement of two ways to the same division.</summary>
public sealed class MemoryDivisionTests
{
    public static TheoryData<string> All => [.. MemoryPolicyTable.Names];

    /// <summary>P1 (f1 + k (1 - f1)) / S1 = P2 (f2 + k (1 - f2)) / S2, to within one page.</summary>
    [Fact]
    public void TwoGuests_PayTheSame()
    {
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var tax = random.Next(0, 100) / 100.0;
            var claims = new[] { AnyClaim(random), AnyClaim(random) };
            var pages = random.NextInt64(2, 200_000);
            var division = MemoryDivision.Divide(new IdleTaxPolicy(tax), claims, pages);
            Assert.Equal(pages, division.Sum());
            var weights = claims.Select(claim => (claim.Active + ((1 - claim.Active) / (1 - tax))) / claim.Shares).ToArray();
            var exact = pages * weights[1] / (weights[0] + weights[1]);
            Assert.True(Math.Abs(division[0] - exact) <= 1, $"Seed {seed}: {division[0]} pages instead of {exact}.");
        }
    }

    [Theory]
    [InlineData(0.0, 1, 1)]
    [InlineData(0.5, 1, 2)]
    [InlineData(0.75, 1, 4)]
    public void IdleAndBusyGuest_WithEqualShares(double tax, int idle, int busy)
    {
        var claims = new[] { new MemoryClaim(1000, 1, 100_000, 1, 0), new MemoryClaim(1000, 1, 100_000, 1, 1) };
        var division = MemoryDivision.Divide(new IdleTaxPolicy(tax), claims, 10_000);
        Assert.InRange(division[0], (10_000 * idle / (idle + busy)) - 1, (10_000 * idle / (idle + busy)) + 1);
    }

    /// <summary>Taking page by page from who pays least leads, from anywhere, to the division at which nobody would pay more for another's page.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Revocation_LeadsToTheDivision(string name)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var policy = MemoryPolicyTable.Make(name, random.Next(0, 95) / 100.0);
            var claims = Enumerable.Range(0, random.Next(2, 6)).Select(_ => AnyClaim(random) with { Minimum = random.Next(1, 50), Maximum = random.Next(50, 3000) }).ToArray();
            var pages = random.NextInt64(claims.Sum(c => c.Minimum), claims.Sum(c => c.Maximum) + 1);

            // Everybody takes all it may; then pages go until the rest fits. Prices are looked at with the activity of the beginning.
            var held = claims.Select(c => c.Maximum).ToArray();
            while (held.Sum() > pages)
            {
                held[Lowest(policy, claims, held)]--;
            }

            var division = MemoryDivision.Divide(policy, claims, pages);
            Assert.True(held.Zip(division).All(pair => Math.Abs(pair.First - pair.Second) <= 1), $"Seed {seed}: {string.Join(' ', held)} against {string.Join(' ', division)}.");
            Assert.Equal(pages, division.Sum());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void MinimumAndMaximum_AreKept(string name)
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var claims = Enumerable.Range(0, 5).Select(_ => AnyClaim(random) with { Minimum = random.Next(1, 100), Maximum = random.Next(100, 1000) }).ToArray();
            var pages = random.NextInt64(claims.Sum(c => c.Minimum), 6000);
            var division = MemoryDivision.Divide(MemoryPolicyTable.Make(name), claims, pages);
            Assert.All(division.Zip(claims), pair => Assert.InRange(pair.First, pair.Second.Minimum, pair.Second.Maximum));
            Assert.Equal(Math.Min(pages, claims.Sum(c => c.Maximum)), division.Sum());
        }
    }

    [Fact]
    public void TooFewPagesForTheMinima_IsRefused() =>
        Assert.Throws<ArgumentException>(() => MemoryDivision.Divide(new SharesPolicy(), [new MemoryClaim(1, 10, 20, 10, 1)], 9));

    /// <summary>Pure shares: an idle guest keeps what it has paid for.</summary>
    [Fact]
    public void Shares_LetAnIdleGuestHoard()
    {
        MemoryClaim[] claims = [new(1000, 1, 10_000, 5000, 0.0), new(1000, 1, 10_000, 5000, 1.0)];
        Assert.Equal([5000, 5000], MemoryDivision.Divide(new SharesPolicy(), claims, 10_000));
    }

    /// <summary>Working sets: who touches more gets more, whoever has paid.</summary>
    [Fact]
    public void WorkingSets_LetAGreedyGuestTakeAll()
    {
        MemoryClaim[] claims = [new(9000, 1, 10_000, 5000, 0.1), new(1, 1, 10_000, 5000, 0.9)];
        var division = MemoryDivision.Divide(new WorkingSetPolicy(), claims, 10_000);
        Assert.InRange(division[1], 8999, 9001);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Tax_OutOfRange_IsRefused(double tax) => Assert.Throws<ArgumentOutOfRangeException>(() => new IdleTaxPolicy(tax));

    [Fact]
    public void UnknownPolicy_NamesTheKnownOnes() =>
        Assert.Contains("idle-tax, shares, working-set", Assert.Throws<ArgumentException>(() => MemoryPolicyTable.Make("lru")).Message, StringComparison.Ordinal);

    private static MemoryClaim AnyClaim(Random random) => new(random.Next(1, 10_000), 1, 1_000_000, random.Next(1, 1000), random.NextDouble());

    private static int Lowest(IMemoryPolicy policy, MemoryClaim[] claims, long[] held) => Enumerable.Range(0, held.Length)
        .Where(i => held[i] > claims[i].Minimum)
        .MinBy(i => policy.PricePerPage(in claims[i], held[i]));
}
