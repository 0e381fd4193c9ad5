using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// What a guest left when its run ended: registers, and memory through the page tables that were in force. Holds the machine's memory until
/// it is disposed.
/// </summary>
public sealed class GuestState : IDisposable
{
    private readonly IDisposable _machine;
    private readonly MemoryReader _memory;
    private bool _isDisposed;

    /// <summary>Takes over a machine.</summary>
    internal GuestState(IDisposable machine, ref CpuState registers, MemoryReader memory)
    {
        _machine = machine;
        _memory = memory;
        Registers = ReadRegisters(ref registers);
    }

    /// <summary>Reads guest memory by linear address; false if some of it is not mapped.</summary>
    internal delegate bool MemoryReader(ulong address, Span<byte> destination);

    /// <summary>
    /// Registers by name: general registers, <c>rip</c>, <c>rflags</c>, selectors (<c>cs</c>), bases (<c>fs.base</c>, <c>gs.base</c>), control
    /// registers (<c>cr0</c>, <c>cr2</c>, <c>cr3</c>, <c>cr4</c>) and <c>efer</c>. For an unmodified guest they are what the guest believes them to
    /// be; for a paravirtual one, which has no control registers of its own, what its processor has.
    /// </summary>
    public IReadOnlyDictionary<string, ulong> Registers { get; }

    /// <summary>Copies from the guest. False, with the destination partly filled, if an address is not mapped.</summary>
    /// <param name="address">Linear address.</param>
    /// <param name="destination">As many bytes as are wanted.</param>
    /// <exception cref="ObjectDisposedException">The memory is gone.</exception>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _memory(address, destination);
    }

    /// <summary>Copies a value from the guest. False if an address is not mapped.</summary>
    /// <param name="address">Linear address.</param>
    /// <param name="value">The value; undefined on failure.</param>
    /// <exception cref="ObjectDisposedException">The memory is gone.</exception>
    public bool TryRead<T>(ulong address, out T value)
        where T : unmanaged
    {
        Unsafe.SkipInit(out value);
        return TryRead(address, MemoryMarshal.AsBytes(new Span<T>(ref value)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _machine.Dispose();
        }
    }

    /// <summary>Reads as a kernel at privilege level 0 could.</summary>
    internal static MemoryReader Supervisor(Processor processor) => (address, destination) =>
    {
        while (!destination.IsEmpty)
        {
            var length = Math.Min(destination.Length, PhysicalMemory.FrameBytes - (int)(address % PhysicalMemory.FrameBytes));
            if (!processor.TryTranslate(address, AccessKind.Read, user: false, out var physical, out _) || !processor.Memory.Contains(physical, (ulong)length))
            {
                return false;
            }

            processor.Memory.ReadOnlySpan(physical, length).CopyTo(destination);
            destination = destination[length..];
            address += (ulong)length;
        }

        return true;
    };

    private static FrozenDictionary<string, ulong> ReadRegisters(ref CpuState state)
    {
        var registers = new Dictionary<string, ulong>
        {
            ["rip"] = state.Rip,
            ["rflags"] = state.Rflags,
            ["cs"] = state.Cs.Selector,
            ["ss"] = state.Ss.Selector,
            ["ds"] = state.Ds.Selector,
            ["es"] = state.Es.Selector,
            ["fs"] = state.Fs.Selector,
            ["gs"] = state.Gs.Selector,
            ["fs.base"] = state.Fs.Base,
            ["gs.base"] = state.Gs.Base,
            ["cr0"] = state.Cr0,
            ["cr2"] = state.Cr2,
            ["cr3"] = state.Cr3,
            ["cr4"] = state.Cr4,
            ["efer"] = state.Efer,
        };
        foreach (var register in Enum.GetValues<GeneralRegister>())
        {
            registers[register.ToString().ToLowerInvariant()] = state.Registers[register];
        }

        return registers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
