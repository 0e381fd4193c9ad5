using System.Runtime.InteropServices;

namespace ParaKit.Guest;

/// <summary>
/// Selectors and descriptors of a 64-bit kernel (Intel SDM vol. 3A, "Segment Descriptors"), in the order that SYSCALL and SYSRET need:
/// kernel code, kernel data; then a placeholder, user data, user code.
/// </summary>
public static class Gdt
{
    /// <summary>Kernel code.</summary>
    public const ushort KernelCode = 0x08;

    /// <summary>Kernel data.</summary>
    public const ushort KernelData = 0x10;

    /// <summary>Base for SYSRET: user data is 8 and user code 16 above it.</summary>
    public const ushort UserBase = 0x18 | 3;

    /// <summary>User data.</summary>
    public const ushort UserData = 0x20 | 3;

    /// <summary>User code.</summary>
    public const ushort UserCode = 0x28 | 3;

    /// <summary>Task state segment, two entries long.</summary>
    public const ushort TaskState = 0x30;

    /// <summary>Number of 8-byte entries.</summary>
    public const int EntryCount = 8;

    /// <summary>Descriptor of 64-bit code for ring 0.</summary>
    public const ulong KernelCodeDescriptor = 0x00af9a000000ffff;

    /// <summary>Descriptor of flat data for ring 0.</summary>
    public const ulong KernelDataDescriptor = 0x00cf92000000ffff;

    /// <summary>Descriptor of flat data for ring 3.</summary>
    public const ulong UserDataDescriptor = 0x00cff2000000ffff;

    /// <summary>Descriptor of 64-bit code for ring 3.</summary>
    public const ulong UserCodeDescriptor = 0x00affa000000ffff;

    /// <summary>Low half of the descriptor of an available 64-bit task state segment.</summary>
    public static ulong TaskStateDescriptorLow(ulong address, ushort limit) =>
        limit | ((address & 0xffffff) << 16) | (0x89UL << 40) | ((address >> 24 & 0xff) << 56);

    /// <summary>High half of the same: the upper half of the address.</summary>
    public static ulong TaskStateDescriptorHigh(ulong address) => address >> 32;
}

/// <summary>Operand of LGDT and LIDT: limit and linear address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct DescriptorTablePointer
{
    /// <summary>Size of the table in bytes, less one.</summary>
    public ushort Limit;

    /// <summary>First entry.</summary>
    public void* Base;
}

/// <summary>The 64-bit task state segment (Intel SDM vol. 3A, "Task Management in 64-bit Mode").</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
public struct TaskStateSegment
{
    /// <summary>Stack on which ring 0 is entered from ring 3.</summary>
    [FieldOffset(4)]
    public ulong Rsp0;

    /// <summary>Ring 2 is unused: the system-call entry keeps the user's stack pointer here for three instructions.</summary>
    [FieldOffset(20)]
    public ulong Scratch;

    /// <summary>Offset of the I/O permission bitmap; past the limit means no port for user mode.</summary>
    [FieldOffset(102)]
    public ushort IoMapBase;
}
