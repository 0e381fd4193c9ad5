using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Backends;

/// <summary>Bytes to a domain in a page that it shares; the counterpart of <see cref="InboundRing"/>.</summary>
/// <param name="memory">The machine's memory.</param>
/// <param name="data">Machine address of the ring.</param>
/// <param name="size">Its bytes, a power of two.</param>
/// <param name="consumer">Machine address of the domain's index.</param>
/// <param name="producer">Machine address of the host's index.</param>
internal sealed class OutboundRing(PhysicalMemory memory, ulong data, uint size, ulong consumer, ulong producer)
{
    private uint _produced;

    /// <summary>Puts in as many bytes as there is room for; false if the domain's index is impossible.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="sent">How many of them were put in.</param>
    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        var used = _produced - memory.Read<uint>(consumer);
        sent = used > size ? 0 : (int)Math.Min(size - used, (uint)bytes.Length);
        foreach (var value in bytes[..sent])
        {
            memory.Write(data + (_produced++ % size), value);
        }

        memory.Write(producer, _produced);
        return used <= size;
    }
}
