using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>An operation of the kernel's own, whose counterpart collects hypercalls: three in a buffer for two.</summary>
internal static class Batches
{
    [Sensitive("batch", Sensitivity.Platform, Deprivileged = "nothing to do natively", Becomes = "two multicalls", Paravirtual = typeof(ParavirtualBatches))]
    internal static bool Run() => true;
}

internal static class ParavirtualBatches
{
    internal static bool Run()
    {
        using var batch = new Multicall(stackalloc MulticallEntry[2]);
        batch.FpuTaskswitch(1);
        batch.FpuTaskswitch(0);
        batch.SetSegmentBase(SegmentBase.GsUser, 0);
        return true;
    }
}
