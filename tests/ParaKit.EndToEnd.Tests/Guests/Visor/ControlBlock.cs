using System.Runtime.InteropServices;

/// <summary>AMD's control structure; what is used here. AMD64 Architecture Programmer's Manual vol. 2, "VMCB Layout".</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct ControlBlock
{
    public const uint InterceptCpuid = 1 << 18;
    public const uint InterceptPorts = 1 << 27;
    public const uint InterceptVmrun = 1;

    public const ulong ExitCpuid = 0x72;
    public const ulong ExitPort = 0x7b;
    public const ulong ExitNestedFault = 0x400;

    [FieldOffset(0x0c)] public uint Intercepts;
    [FieldOffset(0x10)] public uint OtherIntercepts;
    [FieldOffset(0x40)] public ulong PortPermissionMap;
    [FieldOffset(0x58)] public uint AddressSpace;
    [FieldOffset(0x70)] public ulong ExitCode;
    [FieldOffset(0x78)] public ulong ExitInformation1;
    [FieldOffset(0x80)] public ulong ExitInformation2;
    [FieldOffset(0x88)] public ulong ExitInterruptInformation;
    [FieldOffset(0x90)] public ulong NestedPagingEnable;
    [FieldOffset(0xa8)] public ulong EventInjection;
    [FieldOffset(0xb0)] public ulong NestedCr3;
    [FieldOffset(0x400)] public ControlSegment Es;
    [FieldOffset(0x410)] public ControlSegment Cs;
    [FieldOffset(0x420)] public ControlSegment Ss;
    [FieldOffset(0x430)] public ControlSegment Ds;
    [FieldOffset(0x460)] public ControlSegment Gdtr;
    [FieldOffset(0x480)] public ControlSegment Idtr;
    [FieldOffset(0x4d0)] public ulong Efer;
    [FieldOffset(0x548)] public ulong Cr4;
    [FieldOffset(0x550)] public ulong Cr3;
    [FieldOffset(0x558)] public ulong Cr0;
    [FieldOffset(0x570)] public ulong Rflags;
    [FieldOffset(0x578)] public ulong Rip;
    [FieldOffset(0x5d8)] public ulong Rsp;
    [FieldOffset(0x5f8)] public ulong Rax;
}

/// <summary>A segment register there.</summary>
internal struct ControlSegment
{
    public ushort Selector;
    public ushort Attributes;
    public uint Limit;
    public ulong Base;
}
