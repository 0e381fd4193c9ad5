using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// What a monitor keeps in the address space of its guest, out of the guest's reach: the processor's real descriptor table. The guest's own
/// table is only data to the monitor.
/// </summary>
internal static class MonitorArea
{
    /// <summary>Selector of the flat 64-bit code segment in which everything of the guest runs.</summary>
    public const ushort Code = 0x83;

    /// <summary>Selector of the flat data segment.</summary>
    public const ushort Data = 0x8b;

    /// <summary>Selector of the processor's task state segment.</summary>
    public const ushort TaskState = 0x90;

    private const ulong Base = 0xffff_8000_0000_0000;
    private const ulong InterruptTableOffset = 0x1000;
    private const ulong TaskStateOffset = 0x800;
    private const ushort TableLimit = TaskState + 15;
    private const ushort InterruptTableLimit = 0xfff;
    private const ushort TaskStateLimit = 103;
    private const ulong PortMapPointer = 102;
    private const ulong CodeDescriptor = 0x00af_fb00_0000_ffff;
    private const ulong DataDescriptor = 0x00cf_f300_0000_ffff;
    private const ulong BusyTaskState = 0x8bUL << 40;

    // No user bit: the processor reaches its tables, nothing at level 3 does.
    private const ulong Flags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.Accessed | PageTableEntries.Dirty;

    /// <summary>The flat data segment as a register has it.</summary>
    public static SegmentRegister FlatData => SegmentRegister.FromDescriptor(Data, DataDescriptor);

    /// <summary>Builds the area in frames of the pool and returns its top-level entry.</summary>
    public static ulong Build(PhysicalMemory memory, ShadowPool pool)
    {
        var page = pool.Take();
        var table = page << PhysicalMemory.FrameShift;
        memory.Write(table + (Code & ~7u), CodeDescriptor);
        memory.Write(table + (Data & ~7u), DataDescriptor);
        memory.Write(table + TaskState, TaskStateDescriptor());
        memory.Write(table + TaskState + sizeof(ulong), (Base + TaskStateOffset) >> 32);

        // The map of permitted ports lies past the limit: none is.
        memory.Write(table + TaskStateOffset + PortMapPointer, (ushort)(TaskStateLimit + 1));
        for (var level = 1; level <= 3; level++)
        {
            var above = pool.Take();
            memory.Write(above << PhysicalMemory.FrameShift, PageTableEntries.Make(page, Flags));
            page = above;
        }

        return PageTableEntries.Make(page, Flags);
    }

    /// <summary>Gives a processor the area's tables and segments.</summary>
    public static void Load(ref CpuState state)
    {
        state.Gdtr = new DescriptorTableRegister { Base = Base, Limit = TableLimit };
        state.Idtr = new DescriptorTableRegister { Base = Base + InterruptTableOffset, Limit = InterruptTableLimit };
        state.Tr = SegmentRegister.FromDescriptor(TaskState, TaskStateDescriptor());
        state.Tr.Base = Base + TaskStateOffset;
        state.Ldtr = default;
        state.Cs = SegmentRegister.FromDescriptor(Code, CodeDescriptor);
        state.Ss = SegmentRegister.FromDescriptor(Data, DataDescriptor);
        state.Cpl = 3;
    }

    /// <summary>A data segment register of the processor for one of the guest: null stays null, everything else is flat.</summary>
    public static SegmentRegister DataSegment(in SegmentRegister ofGuest) => (ofGuest.Selector & ~3) == 0
        ? ofGuest
        : SegmentRegister.FromDescriptor(Data, DataDescriptor) with { Base = ofGuest.Base };

    private static ulong TaskStateDescriptor()
    {
        const ulong Address = Base + TaskStateOffset;
        return TaskStateLimit | ((Address & 0xff_ffff) << 16) | BusyTaskState | ((Address >> 24 & 0xff) << 56);
    }
}
