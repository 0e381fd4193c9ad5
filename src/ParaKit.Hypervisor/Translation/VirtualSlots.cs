using System.Buffers.Binary;
using ParaKit.Hardware.Cpu;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>Keeps the slots that translated code acts on, and the virtual processor, in step.</summary>
internal static class VirtualSlots
{
    private const long ProcessorInterruptFlag = (long)Flags.Interrupt;

    /// <summary>Fills the slots for a kernel that is about to be entered.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="guest">The virtual processor.</param>
    /// <param name="isPending">Whether an interrupt waits for the guest to enable interrupts.</param>
    public static void Store(Span<byte> slots, in CpuState guest, bool isPending)
    {
        Write(slots, MonitorSlots.InterruptFlag, (guest.Rflags & Flags.Interrupt) - (ulong)ProcessorInterruptFlag);
        Write(slots, MonitorSlots.IoPrivilege, guest.Rflags & Flags.IoPrivilege);
        Write(slots, MonitorSlots.Pending, isPending ? 1UL : 0);
        Write(slots, MonitorSlots.ControlRegister(0), guest.Cr0);
        Write(slots, MonitorSlots.ControlRegister(2), guest.Cr2);
        Write(slots, MonitorSlots.ControlRegister(3), guest.Cr3);
        Write(slots, MonitorSlots.ControlRegister(4), guest.Cr4);
        Write(slots, MonitorSlots.Cr8, guest.Cr8);
        Write(slots, MonitorSlots.GsBase, guest.Gs.Base);
        Write(slots, MonitorSlots.KernelGsBase, guest.KernelGsBase);
        ReadOnlySpan<ushort> selectors =
            [guest.Es.Selector, guest.Cs.Selector, guest.Ss.Selector, guest.Ds.Selector, guest.Fs.Selector, guest.Gs.Selector];
        for (var i = 0; i < selectors.Length; i++)
        {
            Write(slots, MonitorSlots.Selector(i), selectors[i]);
        }

        Write(slots, MonitorSlots.Ldtr, guest.Ldtr.Selector);
        Write(slots, MonitorSlots.Tr, guest.Tr.Selector);
        Write(slots, MonitorSlots.Gdtr, guest.Gdtr.Limit);
        Write(slots, MonitorSlots.Gdtr + 8, guest.Gdtr.Base);
        Write(slots, MonitorSlots.Idtr, guest.Idtr.Limit);
        Write(slots, MonitorSlots.Idtr + 8, guest.Idtr.Base);
    }

    /// <summary>Takes over what translated code changes, after the common registers were copied.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="direct">The real processor.</param>
    /// <param name="guest">The virtual processor.</param>
    public static void Load(ReadOnlySpan<byte> slots, in CpuState direct, ref CpuState guest)
    {
        var interruptFlag = Read(slots, MonitorSlots.InterruptFlag) + (ulong)ProcessorInterruptFlag;
        guest.Rflags = (direct.Rflags & ~(Flags.Interrupt | Flags.IoPrivilege)) | interruptFlag | Read(slots, MonitorSlots.IoPrivilege);
        guest.Cr8 = Read(slots, MonitorSlots.Cr8);
        guest.Fs.Base = direct.Fs.Base;
        guest.Gs.Base = Read(slots, MonitorSlots.GsBase);
        guest.KernelGsBase = Read(slots, MonitorSlots.KernelGsBase);
    }

    /// <summary>Value of a slot.</summary>
    public static ulong Read(ReadOnlySpan<byte> slots, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(slots[offset..]);

    private static void Write(Span<byte> slots, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(slots[offset..], value);
}
