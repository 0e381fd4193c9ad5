using Iced.Intel;
using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

// What extensions add: instructions, and devices in the physical address space.
public sealed unsafe partial class Processor
{
    private IMemoryDevice? _stagedDevice;
    private ulong _stagedOffset;

    /// <summary>Instructions of extensions by number; null where there is none.</summary>
    public IReadOnlyList<ExtensionInstruction?> Extensions { get; init; } = [];

    /// <summary>Devices behind RAM; null for none.</summary>
    internal MemoryBus? MemoryDevices { get; init; }

    /// <summary>Whether there is a device at a physical address; a guest's, with nested paging.</summary>
    public bool HasDeviceAt(ulong physical) => MemoryDevices is not null && MemoryDevices.TryFind(physical, out _, out _);

    /// <summary>
    /// The bytes of a device, in the staging buffer; null if there is none at the address. A write is handed on by <see cref="CommitStaging"/>. An
    /// instruction that only stores does not read the device first.
    /// </summary>
    private byte* AccessDevice(ulong physical, ulong linear, int size, AccessKind access, DecodedInstruction* op)
    {
        if (MemoryDevices is null || !MemoryDevices.TryFind(physical, out IMemoryDevice? device, out ulong offset))
        {
            return null;
        }

        CyclesAt(op); // Devices see the time at which the instruction executes.
        Counters.DeviceAccesses++;
        Clock.Charge(Costs.PortAccess);
        PortsTouched = true;
        HoldBudget();
        _cpu->StagingAddress = linear;
        if (access == AccessKind.Read || ReadsDestination((Code)op->Code))
        {
            ReadDevice(device, offset, size);
        }

        if (access == AccessKind.Write)
        {
            (_stagedDevice, _stagedOffset) = (device, offset);
        }

        return _cpu->Staging;
    }

    private void ReadDevice(IMemoryDevice device, ulong offset, int size)
    {
        for (int i = 0; i < size; i += WidthAt(i, size))
        {
            ulong value = device.Read(offset + (uint)i, WidthAt(i, size));
            new ReadOnlySpan<byte>(&value, WidthAt(i, size)).CopyTo(new Span<byte>(_cpu->Staging + i, size - i));
        }
    }

    private void WriteDevice(int size)
    {
        IMemoryDevice device = _stagedDevice!;
        _stagedDevice = null;
        for (int i = 0; i < size; i += WidthAt(i, size))
        {
            ulong value = 0;
            new ReadOnlySpan<byte>(_cpu->Staging + i, WidthAt(i, size)).CopyTo(new Span<byte>(&value, sizeof(ulong)));
            device.Write(_stagedOffset + (uint)i, WidthAt(i, size), value);
        }
    }

    /// <summary>The largest power of two that fits, up to 8.</summary>
    private static int WidthAt(int done, int size) => (size - done) switch
    {
        >= 8 => 8,
        >= 4 => 4,
        >= 2 => 2,
        _ => 1,
    };

    private static bool ReadsDestination(Code code)
    {
        var instruction = new Instruction { Code = code };
        return new InstructionInfoFactory().GetInfo(instruction).Op0Access is OpAccess.ReadWrite or OpAccess.CondWrite or OpAccess.ReadCondWrite;
    }
}
