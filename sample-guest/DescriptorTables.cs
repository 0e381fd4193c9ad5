using ParaKit.Guest;

/// <summary>The processor's tables: segments, interrupt gates, the stack for entries from user mode, the system-call entry.</summary>
internal static unsafe class DescriptorTables
{
    private const int BreakpointVector = 3;
    private const ulong FlagsClearedBySyscall = 0x700; // TF, IF, DF

    private static TaskStateSegment* s_task;

    public static void Load()
    {
        byte* page = (byte*)PageTable.ToVirtual(Frames.Allocate());
        s_task = (TaskStateSegment*)page;
        s_task->IoMapBase = (ushort)sizeof(TaskStateSegment);
        LoadSegments((ulong*)(page + 128));
        LoadGates((GateDescriptor*)PageTable.ToVirtual(Frames.Allocate()));
        EnableSystemCalls();
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

    private static void LoadGates(GateDescriptor* table)
    {
        for (int vector = 0; vector < TrapEntries.Count; vector++)
        {
            int privilege = vector == BreakpointVector ? 3 : 0;
            table[vector] = GateDescriptor.Interrupt(TrapEntries.Vector(vector), privilege);
        }

        var pointer = new DescriptorTablePointer { Limit = (ushort)((TrapEntries.Count * sizeof(GateDescriptor)) - 1), Base = table };
        X86.Lidt(&pointer);
    }

    private static void EnableSystemCalls()
    {
        X86.Wrmsr(Msr.Star, ((ulong)Gdt.UserBase << 48) | ((ulong)Gdt.KernelCode << 32));
        X86.Wrmsr(Msr.FMask, FlagsClearedBySyscall);
        X86.Wrmsr(Msr.KernelGsBase, (ulong)s_task);
        X86.Wrmsr(Msr.Lstar, TrapEntries.SystemCall);
    }
}
