using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Cpu;

internal sealed class DecodeCache(PhysicalMemory memory, ProcessorCounters counters) : IDisposable
{
    public PhysicalMemory Memory { get; } = memory;
    public ProcessorCounters Counters { get; } = counters;
    public void Drop(ulong frame) => Counters.CodeFramesDropped++;
    public void Dispose() { }
}
