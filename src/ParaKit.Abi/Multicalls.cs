using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>One call of a multicall (<c>multicall_entry_t</c>). Xen public/xen.h, "HYPERVISOR_multicall".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MulticallEntry
{
    /// <summary>IN: hypercall number.</summary>
    public ulong Operation;
    /// <summary>OUT: what the call returned.</summary>
    public ulong Result;
    /// <summary>IN: argument 1.</summary>
    public ulong Argument1;
    /// <summary>IN: argument 2.</summary>
    public ulong Argument2;
    /// <summary>IN: argument 3.</summary>
    public ulong Argument3;
    /// <summary>IN: argument 4.</summary>
    public ulong Argument4;
    /// <summary>IN: argument 5.</summary>
    public ulong Argument5;
    /// <summary>IN: argument 6.</summary>
    public ulong Argument6;
}
