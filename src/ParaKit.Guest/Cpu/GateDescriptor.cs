using System.Runtime.InteropServices;

namespace ParaKit.Guest;

/// <summary>An entry of the interrupt descriptor table (Intel SDM vol. 3A, "64-Bit Mode IDT").</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GateDescriptor
{
    private const ushort PresentInterruptGate = 0x8e00;
    private const int PrivilegeShift = 13;

    private ushort _offsetLow;
    private ushort _selector;
    private ushort _type;
    private ushort _offsetMiddle;
    private uint _offsetHigh;
    private uint _reserved;

    /// <summary>Linear address of the handler.</summary>
    public readonly ulong Handler => _offsetLow | ((ulong)_offsetMiddle << 16) | ((ulong)_offsetHigh << 32);

    /// <summary>Whether the gate may be used.</summary>
    public readonly bool IsPresent => (_type & 0x8000) != 0;

    /// <summary>Highest ring from which INT n may use the gate.</summary>
    public readonly int Privilege => (_type >> PrivilegeShift) & 3;

    /// <summary>Selector of the handler's code segment.</summary>
    public readonly ushort Selector => _selector;

    /// <summary>Type: 14 for an interrupt gate, 15 for a trap gate.</summary>
    public readonly int Type => (_type >> 8) & 15;

    /// <summary>Number of the stack in the task state segment that the handler gets, 0 for none of its own.</summary>
    public readonly int InterruptStack => _type & 7;

    /// <summary>Makes an interrupt gate: the handler starts with interrupts disabled.</summary>
    /// <param name="handler">Linear address of the handler.</param>
    /// <param name="privilege">Highest ring from which INT n may use the gate.</param>
    public static GateDescriptor Interrupt(ulong handler, int privilege = 0) => new()
    {
        _offsetLow = (ushort)handler,
        _selector = Gdt.KernelCode,
        _type = (ushort)(PresentInterruptGate | (privilege << PrivilegeShift)),
        _offsetMiddle = (ushort)(handler >> 16),
        _offsetHigh = (uint)(handler >> 32),
    };
}
