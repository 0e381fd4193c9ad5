using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>What shadows depend on besides the guest's tables.</summary>
/// <param name="WriteProtect">CR0.WP.</param>
/// <param name="NoExecute">EFER.NXE.</param>
internal readonly record struct PagingRules(bool WriteProtect, bool NoExecute)
{
    /// <summary>Those of a processor.</summary>
    public static PagingRules Of(in CpuState state) =>
        new((state.Cr0 & Cr0.WriteProtect) != 0, (state.Efer & Efer.NoExecuteEnable) != 0);
}
