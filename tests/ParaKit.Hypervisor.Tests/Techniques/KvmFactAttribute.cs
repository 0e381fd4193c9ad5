using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Kvm;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>Needs a KVM that this process may use; skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KvmFactAttribute : FactAttribute
{
    private static readonly string? s_reason = Try();

    public KvmFactAttribute() => Skip = s_reason;

    private static string? Try()
    {
        try
        {
            using var memory = new PhysicalMemory(1 << 20);
            using var machine = new KvmVirtualMachine(memory);
            return null;
        }
        catch (TechniqueUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
