using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

public sealed class UnrewritableUseFixTests
{
    [Theory]
    [InlineData("System.Action action = X86.Cli;", "System.Action action = static () => X86.Cli();")]
    [InlineData("var action = X86.Cli; // keep", "var action = static () => X86.Cli(); // keep")]
    [InlineData("var action = X86.Popf;", "var action = static (ulong flags) => X86.Popf(flags);")]
    [InlineData("var action = new System.Action(X86.Cli);", "var action = new System.Action(static () => X86.Cli());")]
    [InlineData("System.Action<ulong> action = X86.WriteCr3;", "System.Action<ulong> action = static value => X86.WriteCr3(value);")]
    [InlineData("System.Action<ushort, byte> action = ParaKit.Guest.X86.Out;", "System.Action<ushort, byte> action = static (port, value) => ParaKit.Guest.X86.Out(port, value);")]
    [InlineData("System.Func<ulong> action = X86.Pushf;", "System.Func<ulong> action = static () => X86.Pushf();")]
    [InlineData("Run(X86.Hlt);", "Run(static () => X86.Hlt());")]
    [InlineData("Slot slot = PageTable.Slot;", "Slot slot = static (table, index) => ref PageTable.Slot(table, index);")]
    [InlineData("All all = PageTable.SetAll;", "All all = static (ulong* table, in ulong value, out int count) => PageTable.SetAll(table, in value, out count);")]
    public async Task MethodGroup_BecomesAStaticLambda(string statement, string expected)
    {
        await FixCheck.FixesAsync<UnrewritableUseRule, UnrewritableUseFix>(Method(statement), Method(expected));
        await AnalyzerCheck.MatchesAsync<UnrewritableUseRule>(Method(expected));
    }

    [Theory]
    [InlineData("delegate*<void> pointer = &X86.Cli;")]
    [InlineData("System.Linq.Expressions.Expression<System.Func<ulong>> tree = () => X86.ReadCr3();")]
    [InlineData("byte* code = null; var f = (delegate*<void>)code;")]
    public Task OtherUses_AreLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<UnrewritableUseRule, UnrewritableUseFix>(Method(statement));

    [Fact]
    public Task FixAll_FixesNestedAndNeighbouringUses() => FixCheck.FixesAllAsync<UnrewritableUseRule, UnrewritableUseFix>(
        Method("Run(X86.Hlt); Run(() => Run(X86.Cli)); System.Action[] all = [X86.Cli, X86.Hlt]; delegate*<void> pointer = &X86.Cli;"),
        Method("Run(static () => X86.Hlt()); Run(() => Run(static () => X86.Cli())); System.Action[] all = [static () => X86.Cli(), static () => X86.Hlt()]; delegate*<void> pointer = &X86.Cli;"));

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        unsafe delegate ref ulong Slot(ulong* table, int index);
        unsafe delegate void All(ulong* table, in ulong value, out int count);
        static unsafe class Kernel
        {
            static void M()
            {
                {{statements}}
            }

            static void Run(System.Action action) => action();
        }
        """;
}
