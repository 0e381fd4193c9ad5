namespace ParaKit.Hardware.Cpu;

/// <summary>Constants of the SSE and x87 environment.</summary>
internal static class Sse
{
    public const uint MxcsrReset = 0x1f80;
    public const ushort X87ControlWordReset = 0x37f;
}
