using ParaKit.Generated;
using ParaKit.Guest;

/// <summary>The processor's tables: segments, the stack for entries from user mode, and the entries themselves.</summary>
internal static unsafe class DescriptorTables
{
    private static TaskStateSegment* s_task;

    public static void Load()
    {
        byte* page = (byte*)PageTable.ToVirtual(Frames.Allocate());
        s_task = (TaskStateSegment*)page;
        s_task->IoMapBase = (ushort)sizeof(TaskStateSegment);
        LoadSegments((ulong*)(page + 128));
        KernelEntries.Load(s_task);
    }

    /// <summary>Sets the stack on which the kernel is entered from user mode.</summary>
    public static void SetKernelStack(ulong top) => X86.SetKernelStack(s_task, top);

    private static void LoadSegments(ulong* table)
    {
        table[Gdt.KernelCode / 8] = Gdt.KernelCodeDescriptor;
        table[Gdt.KernelData / 8] = Gdt.KernelDataDescriptor;
        table[Gdt.UserData / 8] = Gdt.UserDataDescriptor;
        table[Gdt.UserCode / 8] = Gdt.UserCodeDescriptor;
        table[Gdt.TaskState / 8] = Gdt.TaskStateDescriptorLow((ulong)s_task, (ushort)(sizeof(TaskStateSegment) - 1));
        table[(Gdt.TaskState / 8) + 1] = Gdt.TaskStateDescriptorHigh((ulong)s_task);
        var pointer = new DescriptorTablePointer { Limit = (Gdt.EntryCount * 8) - 1, Base = table };
        X86.Lgdt(&pointer);
#pragma warning disable PK0002 // The kernel never looks at the privilege level in its selectors.
        X86.LoadSegments(Gdt.KernelCode, Gdt.KernelData);
#pragma warning restore PK0002
        X86.Ltr(Gdt.TaskState);
    }
}
