using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <content>Control registers and the TLB.</content>
public static unsafe partial class ParavirtualX86
{
    // PE, MP, ET, NE, WP, AM, PG: what Xen runs 64-bit guests with.
    private const ulong XenCr0 = 0x80050033;
    private const ulong TaskSwitched = 8;

    private static ulong s_taskSwitched;
    private static ulong s_cr3;
    private static ulong s_cr4;
    private static ulong s_bootTable;

    /// <summary>Counterpart of <see cref="X86.ReadCr0"/>.</summary>
    public static ulong ReadCr0() => XenCr0 | s_taskSwitched;

    /// <summary>Counterpart of <see cref="X86.ReadCr2"/>.</summary>
    public static ulong ReadCr2() => Domain.Vcpu->Arch.Cr2;

    /// <summary>Counterpart of <see cref="X86.ReadCr3"/>.</summary>
    public static ulong ReadCr3() => s_cr3;

    /// <summary>Counterpart of <see cref="X86.ReadCr4"/>.</summary>
    public static ulong ReadCr4() => s_cr4;

    /// <summary>Counterpart of <see cref="X86.ReadCr8"/>.</summary>
    public static ulong ReadCr8() => 0;

    /// <summary>Counterpart of <see cref="X86.WriteCr0"/>.</summary>
    public static void WriteCr0(ulong value)
    {
        if ((value & TaskSwitched) != s_taskSwitched)
        {
            s_taskSwitched = value & TaskSwitched;
            Hypercall.Require(Hypercall.FpuTaskswitch(s_taskSwitched != 0 ? 1u : 0u), "change of CR0.TS");
        }
    }

    /// <summary>Counterpart of <see cref="X86.WriteCr3"/>: one hypercall switches the kernel's and the user's table.</summary>
    public static void WriteCr3(ulong value)
    {
        MmuExtendedOperation* switches = stackalloc MmuExtendedOperation[2];
        switches[0] = new MmuExtendedOperation { Command = MmuExtendedCommand.NewBasePointer, MachineFrame = Domain.ToMachine(Pfn.Containing(value)).Number };
        switches[1] = new MmuExtendedOperation { Command = MmuExtendedCommand.NewUserBasePointer, MachineFrame = Domain.MachineFrameOf(UserTables.Find(value)).Number };
        Hypercall.Require(Hypercall.MmuExtendedOp(switches, 2, null, DomainIds.Self), "switch of page tables");
        s_cr3 = value;
        LeaveBootTables();
    }

    /// <summary>Notes the top level that Xen built for the boot, by its linear address.</summary>
    internal static void SetBootTable(ulong table)
    {
        s_bootTable = table;
        s_cr3 = table - PageTable.KernelBase;
    }

    /// <summary>
    /// The boot tables map all early memory writable. As long as Xen counts those mappings, none of it can become a page table:
    /// they are given up with the first switch.
    /// </summary>
    private static void LeaveBootTables()
    {
        if (s_bootTable == 0)
        {
            return;
        }

        var unpin = new MmuExtendedOperation { Command = MmuExtendedCommand.UnpinTable, MachineFrame = Domain.MachineFrameOf((void*)s_bootTable).Number };
        Hypercall.Require(Hypercall.MmuExtendedOp(&unpin, 1, null, DomainIds.Self), "release of the boot page tables");
        s_bootTable = 0;
    }

    /// <summary>Counterpart of <see cref="X86.WriteCr4"/>.</summary>
    public static void WriteCr4(ulong value) => s_cr4 = value;

    /// <summary>Counterpart of <see cref="X86.WriteCr8"/>.</summary>
    public static void WriteCr8(ulong value)
    {
        if (value != 0)
        {
            Platform.Fail("a domain has no task priority: it masks events");
        }
    }

    /// <summary>Counterpart of <see cref="X86.Invlpg"/>.</summary>
    public static void Invlpg(ulong address)
    {
        var operation = new MmuExtendedOperation { Command = MmuExtendedCommand.InvalidatePageLocal, LinearAddress = address };
        Hypercall.Require(Hypercall.MmuExtendedOp(&operation, 1, null, DomainIds.Self), "invalidation of a page");
    }
}
