using System.Runtime.CompilerServices;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;

namespace ParaKit.Hypervisor.Devices;

/// <summary>
/// The back end's half of a ring in a page that a guest can change at any time. What counts are the indices kept here; of the page's, each is read once
/// and checked. Xen public/io/ring.h, "DEFINE_RING_TYPES".
/// </summary>
internal sealed class BackRing<TRequest, TResponse>(PhysicalMemory memory, ulong page, BackendMeter work)
    where TRequest : unmanaged
    where TResponse : unmanaged
{
    private const ulong RequestProducer = 0;
    private const ulong RequestEvent = 4;
    private const ulong ResponseProducer = 8;
    private const ulong ResponseEvent = 12;

    private static readonly int s_slotBytes = Math.Max(Unsafe.SizeOf<TRequest>(), Unsafe.SizeOf<TResponse>());

    private uint _consumed;
    private uint _produced;
    private uint _pushed;

    /// <summary>Slots: the largest power of two that fits.</summary>
    public static uint Slots { get; } = 1u << System.Numerics.BitOperations.Log2((uint)((SharedRing.PageBytes - SharedRing.HeaderBytes) / s_slotBytes));

    /// <summary>Whether the guest's index was impossible.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Takes a copy of the next request.</summary>
    public bool TryTake(out TRequest request)
    {
        request = default;
        var waiting = memory.Read<uint>(page + RequestProducer) - _consumed;

        // Answers that were not pushed yet still occupy their slots.
        if (waiting > Slots - (_consumed - _produced))
        {
            IsBroken = true;
        }

        if (IsBroken || waiting == 0)
        {
            return false;
        }

        work.Copy(Unsafe.SizeOf<TRequest>());
        request = memory.Read<TRequest>(Slot(_consumed++));
        return true;
    }

    /// <summary>Asks to be told of the next request; true if there is one already.</summary>
    public bool FinalCheck()
    {
        memory.Write(page + RequestEvent, _consumed + 1);
        return !IsBroken && memory.Read<uint>(page + RequestProducer) != _consumed;
    }

    /// <summary>Puts an answer; as many as requests were taken.</summary>
    public void Put(in TResponse response)
    {
        work.Copy(Unsafe.SizeOf<TResponse>());
        memory.Write(Slot(_produced++), response);
    }

    /// <summary>Shows the answers to the guest; true if it wants to be told.</summary>
    public bool Push()
    {
        var old = _pushed;
        _pushed = _produced;
        memory.Write(page + ResponseProducer, _produced);
        return _produced - memory.Read<uint>(page + ResponseEvent) < _produced - old;
    }

    private ulong Slot(uint index) => page + SharedRing.HeaderBytes + (index % Slots * (ulong)s_slotBytes);
}
