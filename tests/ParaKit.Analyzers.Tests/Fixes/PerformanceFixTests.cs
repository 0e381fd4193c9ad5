using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

public sealed class PerformanceFixTests
{
    [Fact]
    public Task Loop_IsWrappedInABatch() => FixCheck.FixesAllAsync<UnbatchedUpdateRule, UnbatchedUpdateFix>(
        Method("""
            // clear
            for (int i = 0; i < 8; i++)
            {
                PageTable.Write(e + i, 0); // one
                PageTable.Write(e + i + 8, 1);
            }

            X86.Invlpg(a);
            while (a-- > 0) { PageTable.Write(e + a, PageTable.Read(e + a) | 2); }
            """),
        Method("""
            // clear
            using (var batch = new PageTableBatch(stackalloc PageTableUpdate[32]))
            {
                for (int i = 0; i < 8; i++)
                {
                    batch.Write(e + i, 0); // one
                    batch.Write(e + i + 8, 1);
                }
            }

            X86.Invlpg(a);
            using (var batch = new PageTableBatch(stackalloc PageTableUpdate[32]))
            {
                while (a-- > 0) { batch.Write(e + a, PageTable.Read(e + a) | 2); }
            }
            """));

    [Theory]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); X86.Invlpg(a); }")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); *(ulong*)a = 4; }")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); a += *(ulong*)a; }")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i + 1, PageTable.Read(e + i)); }")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); if (a > 3) { return; } }")]
    [InlineData("int batch = 4; for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); }")]
    public Task LoopWithMoreToIt_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<UnbatchedUpdateRule, UnbatchedUpdateFix>(Method(statement));

    [Fact]
    public Task Flushes_AreRemoved() => FixCheck.FixesAllAsync<NeedlessFlushRule, NeedlessFlushFix>(
        Method("""
            if ((PageTable.Read(e) & PageTable.Present) == 0)
            {
                PageTable.Write(e, a | PageTable.Present);
                X86.Invlpg(a);
                PageTable.Write(e, a | PageTable.Present);
                X86.Invlpg(a);
                a++;
            }
            """),
        Method("""
            if ((PageTable.Read(e) & PageTable.Present) == 0)
            {
                PageTable.Write(e, a | PageTable.Present);
                PageTable.Write(e, a | PageTable.Present);
                a++;
            }
            """));

    [Fact]
    public Task Hypercalls_AreCollectedInAMulticall() => FixCheck.FixesAllAsync<UnbatchedHypercallRule, UnbatchedHypercallFix>(
        Method("""
            for (int i = 0; i < 8; i++)
            {
                Hypercall.UpdateVaMapping(a + (ulong)i, a, 0); // one
                Hypercall.FpuTaskswitch(1);
            }
            """),
        Method("""
            using (var batch = new Multicall(stackalloc ParaKit.Abi.MulticallEntry[32]))
            {
                for (int i = 0; i < 8; i++)
                {
                    batch.UpdateVaMapping(a + (ulong)i, a, 0); // one
                    batch.FpuTaskswitch(1);
                }
            }
            """));

    [Theory]
    [InlineData("ParaKit.Abi.MmuExtendedOperation o; while (a-- > 0) { o.MachineFrame = a; Hypercall.MmuExtendedOp(&o, 1, null, 0); }")]
    [InlineData("while (a-- > 0) { Hypercall.FpuTaskswitch(1); X86.Invlpg(a); }")]
    [InlineData("while (a-- > 0) { _ = Hypercall.FpuTaskswitch(1); }")]
    [InlineData("while (a-- > 0) { Hypercall.FpuTaskswitch(1); Hypercall.SchedulerOp(1, null); }")]
    public Task HypercallsThatCannotWait_AreLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<UnbatchedHypercallRule, UnbatchedHypercallFix>(Method(statement));

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        unsafe class Kernel
        {
            void M(ulong* e, ulong a)
            {
                {{statements.Replace("\n", "\n        ", StringComparison.Ordinal).Replace("        \n", "\n", StringComparison.Ordinal)}}
            }
        }
        """;
}
