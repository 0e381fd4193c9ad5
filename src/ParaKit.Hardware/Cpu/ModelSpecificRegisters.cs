namespace ParaKit.Hardware.Cpu;

/// <summary>RDMSR and WRMSR. Intel SDM vol. 4, "Model-Specific Registers".</summary>
internal static class ModelSpecificRegisters
{
    public const ulong PatReset = 0x0007_0406_0007_0406;
}
