using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Hypercalls. Each is a direct call into the hypercall page: the linker binds <c>pk_hypercall{arguments}_{number}</c> to the stub of
/// that number. Results are 0 or positive on success and a negative <see cref="Errno"/> otherwise.
/// </summary>
public static unsafe class Hypercall
{
    /// <summary>set_trap_table: adds handlers until an entry with address 0.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall1_0")]
    public static extern long SetTrapTable(TrapInfo* table);

    /// <summary>mmu_update: stores page-table entries.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall4_1")]
    public static extern long MmuUpdate(MmuUpdateRequest* requests, uint count, uint* done, uint domain);

    /// <summary>set_gdt: uses the listed frames as descriptor table.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_2")]
    public static extern long SetGdt(ulong* frames, uint entries);

    /// <summary>stack_switch: sets the stack for entries from user mode.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_3")]
    public static extern long StackSwitch(ulong selector, ulong top);

    /// <summary>fpu_taskswitch: sets or clears CR0.TS.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall1_5")]
    public static extern long FpuTaskswitch(uint set);

    /// <summary>memory_op: asks about memory, gives frames back and takes more.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_12")]
    public static extern long MemoryOp(MemoryOperation operation, void* argument);

    /// <summary>multicall: several hypercalls in one; <see cref="Xen.Multicall"/> collects them.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_13")]
    public static extern long Multicall(MulticallEntry* calls, uint count);

    /// <summary>update_va_mapping: stores the last-level entry of a linear address.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall3_14")]
    public static extern long UpdateVaMapping(ulong address, ulong entry, UpdateVaMappingFlags flags);

    /// <summary>xen_version: asks about the hypervisor; command 0 also delivers pending events.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_17")]
    public static extern long XenVersion(VersionOperation operation, void* argument);

    /// <summary>console_io: writes to or reads from the hypervisor's console.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall3_18")]
    public static extern long ConsoleIo(ConsoleOperation operation, int length, byte* text);

    /// <summary>grant_table_op: sets up, maps, copies.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall3_20")]
    public static extern long GrantTableOp(GrantTableOperation operation, void* argument, uint count);

    /// <summary>vcpu_op: timers and state of a virtual processor.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall3_24")]
    public static extern long VcpuOp(VcpuOperation operation, uint vcpu, void* argument);

    /// <summary>set_segment_base: sets the base of FS or GS.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_25")]
    public static extern long SetSegmentBase(SegmentBase which, ulong address);

    /// <summary>mmuext_op: pins tables, switches page tables, flushes.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall4_26")]
    public static extern long MmuExtendedOp(MmuExtendedOperation* operations, uint count, uint* done, uint domain);

    /// <summary>sched_op: blocks, yields, shuts down.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_29")]
    public static extern long SchedulerOp(SchedulerOperation operation, void* argument);

    /// <summary>callback_op: registers entry points for events, failures and system calls.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_30")]
    public static extern long CallbackOp(CallbackOperation operation, void* argument);

    /// <summary>event_channel_op: binds, sends, closes event channels.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_hypercall2_32")]
    public static extern long EventChannelOp(EventChannelOperation operation, void* argument);

    /// <summary>Stops the kernel if <paramref name="result"/> is an error: for hypercalls that must not fail.</summary>
    internal static void Require(long result, string what)
    {
        if (result < 0)
        {
            Console.Write("hypercall failed with ");
            Console.WriteDecimal((ulong)-result);
            Console.Write(": ");
            Platform.Fail(what);
        }
    }
}
