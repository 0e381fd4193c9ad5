using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>The bytes that a guest's kernel would fetch at an address, as far as a unit can need them.</summary>
internal sealed class GuestCode
{
    private readonly Processor _guest;
    private readonly ShadowPaging _shadow;
    private readonly ulong _address;

    /// <summary>Looks at the guest's memory.</summary>
    /// <param name="guest">The processor as the guest believes it to be.</param>
    /// <param name="shadow">Page tables, which have missing pages provided.</param>
    /// <param name="address">Where the first instruction is.</param>
    public GuestCode(Processor guest, ShadowPaging shadow, ulong address)
    {
        (_guest, _shadow) = (guest, shadow);
        _address = address;
        if (!TryFind(address, out var machine))
        {
            return;
        }

        var head = (int)Math.Min(PhysicalMemory.FrameBytes - (address % PhysicalMemory.FrameBytes), Translator.MaximumGuestBytes);

        // Copied first: finding the second page may send the first one away.
        Bytes = guest.Memory.ReadOnlySpan(machine, head).ToArray();
        if (head < Translator.MaximumGuestBytes && TryFind(address + (ulong)head, out var next))
        {
            Bytes = [.. Bytes, .. guest.Memory.ReadOnlySpan(next, Translator.MaximumGuestBytes - head)];
        }
    }

    /// <summary>The bytes; none if the first cannot be fetched.</summary>
    public byte[] Bytes { get; } = [];

    /// <summary>Sets the accessed bits that fetching some of the bytes sets, and says from which pages they are.</summary>
    public IReadOnlyList<CodePage> Use(int length)
    {
        var last = _address + (ulong)length - 1;
        while (true)
        {
            var first = Touch(_address);
            if ((last & ~(PageTableEntries.FrameBytes - 1UL)) == first.Linear)
            {
                return [first];
            }

            // Touching one page may send the other away.
            var second = Touch(last);
            if (Touch(_address) == first)
            {
                return [first, second];
            }
        }
    }

    private CodePage Touch(ulong address)
    {
        const ulong Offset = PageTableEntries.FrameBytes - 1;
        _shadow.TryTouch(address, AccessKind.Execute, user: false, out var touch);
        return new CodePage(address & ~Offset, touch.Machine & ~Offset);
    }

    private bool TryFind(ulong address, out ulong machine) =>
        _shadow.TryTranslate(address, AccessKind.Execute, user: false, out machine) && _guest.Memory.Contains(machine, 1);
}
