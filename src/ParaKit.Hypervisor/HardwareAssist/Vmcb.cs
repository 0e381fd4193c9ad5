using System.Runtime.InteropServices;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>
/// AMD's control structure, the page at which a guest's VMRUN points; what is used here. AMD64 Architecture Programmer's Manual vol. 2, "VMCB Layout,
/// Control Area" and "VMCB Layout, State Save Area".
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 4096)]
internal unsafe struct Vmcb
{
    /// <summary>Of <see cref="VmcbSegment.Attributes"/>: bits 0-7 are the descriptor's bits 40-47, bits 8-11 its bits 52-55.</summary>
    public const int HighAttributeShift = 8;

    [FieldOffset(0x00)] public uint ControlRegisterIntercepts;
    [FieldOffset(0x04)] public uint DebugRegisterIntercepts;
    [FieldOffset(0x08)] public uint ExceptionIntercepts;
    [FieldOffset(0x0c)] public VmcbIntercepts Intercepts;
    [FieldOffset(0x10)] public VmcbOtherIntercepts OtherIntercepts;
    [FieldOffset(0x14)] public uint FurtherIntercepts;
    [FieldOffset(0x40)] public ulong PortPermissionMap;
    [FieldOffset(0x58)] public uint AddressSpace;
    [FieldOffset(0x5c)] public byte TlbControl;
    [FieldOffset(0x60)] public ulong VirtualInterrupt;
    [FieldOffset(0x68)] public ulong InterruptShadow;
    [FieldOffset(0x70)] public VmcbExit ExitCode;
    [FieldOffset(0x78)] public ulong ExitInformation1;
    [FieldOffset(0x80)] public ulong ExitInformation2;
    [FieldOffset(0x88)] public ulong ExitInterruptInformation;
    [FieldOffset(0x90)] public ulong NestedPagingEnable;
    [FieldOffset(0xa8)] public ulong EventInjection;
    [FieldOffset(0xb0)] public ulong NestedCr3;
    [FieldOffset(0xc8)] public ulong NextRip;
    [FieldOffset(0x400)] public VmcbSegment Es;
    [FieldOffset(0x410)] public VmcbSegment Cs;
    [FieldOffset(0x420)] public VmcbSegment Ss;
    [FieldOffset(0x430)] public VmcbSegment Ds;
    [FieldOffset(0x460)] public VmcbSegment Gdtr;
    [FieldOffset(0x480)] public VmcbSegment Idtr;
    [FieldOffset(0x4cb)] public byte Cpl;
    [FieldOffset(0x4d0)] public ulong Efer;
    [FieldOffset(0x548)] public ulong Cr4;
    [FieldOffset(0x550)] public ulong Cr3;
    [FieldOffset(0x558)] public ulong Cr0;
    [FieldOffset(0x570)] public ulong Rflags;
    [FieldOffset(0x578)] public ulong Rip;
    [FieldOffset(0x5d8)] public ulong Rsp;
    [FieldOffset(0x5f8)] public ulong Rax;
    [FieldOffset(0x640)] public ulong Cr2;
}

/// <summary>A segment register in a <see cref="Vmcb"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VmcbSegment
{
    public ushort Selector;
    public ushort Attributes;
    public uint Limit;
    public ulong Base;
}

/// <summary>Intercepts at offset 0Ch.</summary>
[Flags]
internal enum VmcbIntercepts : uint
{
    Cpuid = 1 << 18,
    Halt = 1 << 24,
    Ports = 1 << 27,
    Shutdown = 1u << 31,
}

/// <summary>Intercepts at offset 10h.</summary>
[Flags]
internal enum VmcbOtherIntercepts : uint
{
    VirtualMachineRun = 1 << 0,
}

/// <summary>Exit codes. AMD64 Architecture Programmer's Manual vol. 2, "SVM Intercept Exit Codes".</summary>
internal enum VmcbExit : ulong
{
    Cpuid = 0x72,
    Halt = 0x78,
    Port = 0x7b,
    Shutdown = 0x7f,
    VirtualMachineRun = 0x80,
    NestedPageFault = 0x400,
    Invalid = ulong.MaxValue,
}
