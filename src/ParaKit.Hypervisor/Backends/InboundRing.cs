using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Backends;

/// <summary>
/// Bytes from a domain in a page that it shares: a ring, and two indices modulo 2^32. The domain can write anything there at any time; what counts of the consumer
/// is the index kept here.
/// </summary>
/// <param name="memory">The machine's memory.</param>
/// <param name="data">Machine address of the ring.</param>
/// <param name="size">Its bytes, a power of two.</param>
/// <param name="consumer">Machine address of the host's index.</param>
/// <param name="producer">Machine address of the domain's index.</param>
internal sealed class InboundRing(PhysicalMemory memory, ulong data, uint size, ulong consumer, ulong producer)
{
    private uint _consumed;

    /// <summary>Takes all there is; false if the domain's index is impossible.</summary>
    public bool TryReceive(List<byte> bytes)
    {
        var produced = memory.Read<uint>(producer);
        if (produced - _consumed > size)
        {
            return false;
        }

        for (; _consumed != produced; _consumed++)
        {
            bytes.Add(memory.Read<byte>(data + (_consumed % size)));
        }

        memory.Write(consumer, _consumed);
        return true;
    }
}
