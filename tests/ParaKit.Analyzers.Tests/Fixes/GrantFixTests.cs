using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

/// <summary>PK0405 and PK0406.</summary>
public sealed class GrantFixTests
{
    [Fact]
    public Task Grant_IsEndedBeforeEarlyExits() => FixCheck.FixesAllAsync<SplitDriverRule, LostGrantFix>(
        Method("""
            bool First(Pfn frame, int n)
            {
                if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant))
                {
                    return false;
                }

                if (n > 3)
                {
                    // too many
                    return false;
                }

                if (n == 3)
                    return true; // enough
                if (n == 2) return n > 1;
                if (n == 1) { _kept = grant; return true; }
                if (n == 0) { return true; }
                GrantTable.TryEndAccess(grant);
                return true;
            }
            """),
        Method("""
            bool First(Pfn frame, int n)
            {
                if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant))
                {
                    return false;
                }

                if (n > 3)
                {
                    // too many
                    GrantTable.TryEndAccess(grant);
                    return false;
                }

                if (n == 3)
                {
                    GrantTable.TryEndAccess(grant);
                    return true;
                } // enough
                if (n == 2) { GrantTable.TryEndAccess(grant); return n > 1; }
                if (n == 1) { _kept = grant; return true; }
                if (n == 0) { GrantTable.TryEndAccess(grant); return true; }
                GrantTable.TryEndAccess(grant);
                return true;
            }
            """));

    [Fact]
    public Task TwoGrants_AreEndedBeforeExitsOfLoops() => FixCheck.FixesAllAsync<SplitDriverRule, LostGrantFix>(
        Method("""
            void Second(Pfn frame, int n)
            {
                for (int i = 0; i < n; i++)
                {
                    GrantReference g = Grants.Grant(frame);
                    GrantReference h = Grants.Grant(frame);
                    if (i == 3)
                    {
                        continue;
                    }

                    switch (i) { case 1: break; case 2: return; default: Use(g.Number); break; }
                    Grants.End(g);
                    if (i == 4) break;
                    Grants.End(h);
                }
            }
            """),
        Method("""
            void Second(Pfn frame, int n)
            {
                for (int i = 0; i < n; i++)
                {
                    GrantReference g = Grants.Grant(frame);
                    GrantReference h = Grants.Grant(frame);
                    if (i == 3)
                    {
                        Grants.End(g);
                        Grants.End(h);
                        continue;
                    }

                    switch (i) { case 1: break; case 2: Grants.End(g); Grants.End(h); return; default: Use(g.Number); break; }
                    Grants.End(g);
                    if (i == 4) { Grants.End(h); break; }
                    Grants.End(h);
                }
            }
            """));

    [Fact]
    public Task GrantInABranch_IsEndedBeforeEarlyExits() => FixCheck.FixesAllAsync<SplitDriverRule, LostGrantFix>(
        Method("""
            void Third(Pfn frame, int n)
            {
                if (GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant))
                {
                    if (n > 3) { return; }
                    GrantTable.TryEndAccess(grant);
                }
            }
            """),
        Method("""
            void Third(Pfn frame, int n)
            {
                if (GrantTable.TryGrantAccess(0, frame, false, out GrantReference grant))
                {
                    if (n > 3) { GrantTable.TryEndAccess(grant); return; }
                    GrantTable.TryEndAccess(grant);
                }
            }
            """));

    [Theory]
    [InlineData("GrantReference g = Grants.Grant(frame); Use(g.Number);")] // where it ends is nowhere written
    [InlineData("GrantReference g = Grants.Grant(frame); if (n > 3) { return; } Use(g.Number); return;")]
    [InlineData("GrantReference g = Grants.Grant(frame); if (n > 3) { Grants.End(g); } if (n > 2) { return; } Keep(g);")] // ended on one of the ways to the exit
    [InlineData("GrantReference g = Grants.Grant(frame); if (n > 3) { Keep(g); } if (n > 2) { return; } Grants.End(g);")] // handed over on one of them
    [InlineData("if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference g) || n > 3) { return; } GrantTable.TryEndAccess(g);")]
    [InlineData("Grants.Grant(frame);")]
    public Task OtherLosses_AreLeftToTheAuthor(string statements) => FixCheck.OffersNothingAsync<SplitDriverRule, LostGrantFix>(
        Method($"void M(Pfn frame, int n) {{ {statements} }}"));

    [Theory]
    [InlineData("int M(Pfn frame, int n) { GrantReference g = Grants.Grant(frame); if (n > 3) { return Look(); } Grants.End(g); return 0; }")] // who knows what it looks at
    [InlineData("uint M(Pfn frame, int n) { GrantReference g = Grants.Grant(frame); if (n > 3) { return g.Number; } Grants.End(g); return 0; }")]
    public Task ExitsThatDoMore_AreLeftToTheAuthor(string member) => FixCheck.OffersNothingAsync<SplitDriverRule, LostGrantFix>(Method(member));

    [Fact]
    public Task SecondEnds_GoAway() => FixCheck.FixesAllAsync<SplitDriverRule, EndedGrantFix>(
        Method("""
            void M(GrantReference g, GrantReference h)
            {
                GrantTable.TryEndAccess(g);
                Use(1);
                GrantTable.TryEndAccess(g);
                GrantTable.TryEndAccess(g);
                Grants.End(h);
            }
            """),
        Method("""
            void M(GrantReference g, GrantReference h)
            {
                GrantTable.TryEndAccess(g);
                Use(1);
                Grants.End(h);
            }
            """));

    [Theory]
    [InlineData("Grants.End(g); Use(g.Number);")]
    [InlineData("Grants.End(g); Keep(g);")]
    [InlineData("if (n > 3) { Grants.End(g); } Grants.End(g);")]
    [InlineData("Grants.End(g); if (n > 3) { Grants.End(g); }")]
    public Task OtherUses_AreLeftToTheAuthor(string statements) => FixCheck.OffersNothingAsync<SplitDriverRule, EndedGrantFix>(
        Method($"void M(GrantReference g, int n) {{ {statements} }}"));

    private static string Method(string members) => $$"""
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        static class Grants
        {
            [AcquiresGrant] public static GrantReference Grant(Pfn frame) => default;
            public static void End([EndsGrant] GrantReference grant) { }
        }
        class Driver
        {
            GrantReference _kept;
            static void Use(ulong value) { }
            static int Look() => 0;
            static void Keep(GrantReference grant) { }
            {{members.Replace("\n", "\n    ", StringComparison.Ordinal).Replace("    \n", "\n", StringComparison.Ordinal)}}
        }
        """;
}
