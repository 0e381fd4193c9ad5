using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <summary>What a page of an address space that is built, used and taken down costs: the difference between a large one and a small one, so that booting and printing count for nothing.</summary>
/// <param name="Cycles">Modelled cycles of the whole run.</param>
/// <param name="Exits">Exits to the hypervisor, and calls of it from translated code.</param>
/// <param name="Faults">Exits of those because of memory: missing shadows, traced tables, missing nested mappings, the guest's own faults.</param>
/// <param name="TableBytes">Memory of tables that the hypervisor made.</param>
internal sealed record AddressSpaceCost(double Cycles, double Exits, double Faults, double TableBytes)
{
    private const int PageBytes = 4096;

    private static readonly string[] s_faults = ["HiddenPageFault", "TracedAccess", "NestedViolation", "PageFault"];

    /// <summary>Cost per page.</summary>
    /// <param name="large">A run with an address space of <paramref name="pages"/> pages more.</param>
    /// <param name="small">The other.</param>
    /// <param name="pages">By how many they differ.</param>
    public static AddressSpaceCost PerPage(RunResult large, RunResult small, int pages)
    {
        var (more, less) = (Of(large), Of(small));
        return new((more.Cycles - less.Cycles) / pages, (more.Exits - less.Exits) / pages, (more.Faults - less.Faults) / pages, (more.TableBytes - less.TableBytes) / pages);
    }

    private static AddressSpaceCost Of(RunResult result)
    {
        if (!result.Console.Contains("BUILD batch", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{result.Technique} built no address space: {result.Reason} {result.Console}");
        }

        var tables = result.Shadow.GetValueOrDefault("tables made") + result.HardwareAssist.GetValueOrDefault("nested tables");
        return new(result.ModelledCycles, result.Exits.Values.Sum() + result.CallOuts.Values.Sum(), s_faults.Sum(name => result.Exits.GetValueOrDefault(name)), tables * PageBytes);
    }
}
