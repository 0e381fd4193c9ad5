using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>One virtual interrupt gate (<c>trap_info_t</c>). Xen public/arch-x86/xen.h, "HYPERVISOR_set_trap_table".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TrapInfo
{
    /// <summary>Bits of <see cref="Flags"/> with the least privileged level that may use the gate by a software interrupt (TI_GET_DPL).</summary>
    public const byte PrivilegeMask = 3;
    /// <summary>Bit of <see cref="Flags"/>: entering the handler sets the event mask (TI_GET_IF).</summary>
    public const byte InterruptGate = 4;

    /// <summary>Exception vector.</summary>
    public byte Vector;
    /// <summary><see cref="PrivilegeMask"/> and <see cref="InterruptGate"/>.</summary>
    public byte Flags;
    /// <summary>Code selector of the handler.</summary>
    public ushort CodeSelector;
    /// <summary>Address of the handler; 0 ends the table.</summary>
    public ulong Address;
}
