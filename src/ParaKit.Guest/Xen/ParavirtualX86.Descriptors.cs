using System;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <content>Descriptor tables, selectors and stacks.</content>
public static unsafe partial class ParavirtualX86
{
    private const int TrapsPerCall = 16;
    private const ulong CodeOrData = 1UL << 44;
    private const ushort PrivilegeMask = 3;

    // Xen takes the kernel for ring 1: a gate of ring 0 would be closed to its own INT n, one of ring 1 is closed to programs only.
    private const int KernelPrivilege = 1;

    /// <summary>Counterpart of <see cref="X86.Lgdt"/>. System descriptors are left out: Xen accepts only code and data.</summary>
    public static void Lgdt(DescriptorTablePointer* table)
    {
        int entries = (table->Limit + 1) / sizeof(ulong);
        var source = (ulong*)table->Base;
        var copy = (ulong*)PagePool.Take();
        for (int i = 0; i < entries && i < PageTable.EntryCount; i++)
        {
            if ((source[i] & CodeOrData) != 0)
            {
                copy[i] = source[i];
            }
            else if (source[i] != 0)
            {
                i++; // a system descriptor takes two entries
            }
        }

        ulong frame = Domain.MachineFrameOf(copy).Number;
        ulong physical = (ulong)copy - PageTable.KernelBase;
        FrameUses.Set(physical, FrameUses.Descriptors);
        FrameUses.Protect(physical);
        Hypercall.Require(Hypercall.SetGdt(&frame, (uint)entries), "loading of the descriptor table");
        s_gdt = *table;
    }

    /// <summary>Counterpart of <see cref="X86.Lidt"/>.</summary>
    public static void Lidt(DescriptorTablePointer* table)
    {
        var gates = (GateDescriptor*)table->Base;
        int count = (table->Limit + 1) / sizeof(GateDescriptor);
        TrapInfo* traps = stackalloc TrapInfo[TrapsPerCall + 1];
        int filled = 0;
        for (int vector = 0; vector < count; vector++)
        {
            if (gates[vector].IsPresent)
            {
                traps[filled++] = new TrapInfo
                {
                    Vector = (byte)vector,
                    Flags = (byte)(Math.Max(gates[vector].Privilege, KernelPrivilege) | TrapInfo.InterruptGate),
                    CodeSelector = FlatSelectors.KernelCode,
                    Address = gates[vector].Handler,
                };
            }

            if (filled == TrapsPerCall || (vector == count - 1 && filled > 0))
            {
                traps[filled] = default;
                Hypercall.Require(Hypercall.SetTrapTable(traps), "loading of the trap table");
                filled = 0;
            }
        }

        s_idt = *table;
    }

    /// <summary>Counterpart of <see cref="X86.Ltr"/>.</summary>
    public static void Ltr(ushort selector) => s_task = selector;

    /// <summary>Counterpart of <see cref="X86.LoadSegments"/>.</summary>
    public static void LoadSegments(ushort code, ushort data)
    {
        s_cs = code;
        s_ss = data;
        s_ds = data;
        s_es = data;
    }

    /// <summary>Counterpart of <see cref="X86.Swapgs"/>.</summary>
    public static void Swapgs()
    {
    }

    /// <summary>Counterpart of <see cref="X86.SetKernelStack"/>.</summary>
    public static void SetKernelStack(TaskStateSegment* task, ulong top) =>
        Hypercall.Require(Hypercall.StackSwitch(FlatSelectors.KernelStack, top), "switch of the kernel stack");

    /// <summary>Counterpart of <see cref="X86.KernelCodeSelector"/>.</summary>
    public static ushort KernelCodeSelector() => FlatSelectors.KernelCode & ~PrivilegeMask;

    /// <summary>Counterpart of <see cref="X86.KernelDataSelector"/>.</summary>
    public static ushort KernelDataSelector() => FlatSelectors.KernelStack;

    /// <summary>Counterpart of <see cref="X86.UserCodeSelector"/>.</summary>
    public static ushort UserCodeSelector() => FlatSelectors.UserCode;

    /// <summary>Counterpart of <see cref="X86.UserDataSelector"/>.</summary>
    public static ushort UserDataSelector() => FlatSelectors.UserStack;
}
