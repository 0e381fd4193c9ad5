// What analyzers and generators recognise of ParaKit.Guest, compiled against the ordinary .NET reference set for tests.
using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Runtime
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class RuntimeExportAttribute : Attribute
    {
        public RuntimeExportAttribute(string symbol)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class RuntimeImportAttribute : Attribute
    {
        public RuntimeImportAttribute(string module, string symbol)
        {
        }
    }
}

namespace ParaKit.Guest
{
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class TrapHandlerAttribute : Attribute
    {
        public TrapHandlerAttribute()
        {
        }

        public TrapHandlerAttribute(int vector)
        {
        }

        public bool FromUser { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class EventHandlerAttribute : Attribute
    {
        public EventHandlerAttribute()
        {
        }

        public EventHandlerAttribute(int line)
        {
        }

        public ParaKit.Abi.Virq Virq { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class SystemCallEntryAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class HypercallAttribute : Attribute
    {
        public HypercallAttribute(int number)
        {
        }

        public string? Native { get; set; }
    }

    public struct TaskStateSegment
    {
        public ulong Rsp0;
    }

    public static class Interrupts
    {
        public const int FirstVector = 0x20;
        public const int LineCount = 16;
    }

    public static unsafe class TrapEntries
    {
        public static void OpenToUser(int vector)
        {
        }

        public static void Load()
        {
        }

        public static void OpenInterrupt(int line, ParaKit.Abi.Virq virq)
        {
        }

        public static void EnableSystemCalls(TaskStateSegment* task)
        {
        }

        public static bool TryTakeInterrupt(TrapFrame* frame, out int line)
        {
            line = 0;
            return false;
        }
    }

    public enum Sensitivity
    {
        Privileged,
        SensitiveUnprivileged,
        SensitiveStore,
        Platform,
        Innocuous,
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class SensitiveAttribute : Attribute
    {
        public SensitiveAttribute(string mnemonic, Sensitivity sensitivity)
        {
        }

        public string? Deprivileged { get; set; }

        public string? Becomes { get; set; }

        public Type? Paravirtual { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct)]
    public sealed class NativeOnlyAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class EventsMaskedAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class MaySleepAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class NoAllocationAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class InterruptContextAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.ReturnValue)]
    public sealed class PageTableEntryAttribute : Attribute
    {
    }

    public static class Platform
    {
        [System.Diagnostics.CodeAnalysis.DoesNotReturn]
        public static void Fail(string reason) => throw new InvalidOperationException(reason);
    }

    public unsafe struct PageTableUpdate
    {
        public ulong* Entry;
        public ulong Value;
    }

    public unsafe ref struct PageTableBatch
    {
        public PageTableBatch(Span<PageTableUpdate> buffer)
        {
        }

        public void Write([PageTableEntry] ulong* entry, ulong value)
        {
        }

        public void Dispose()
        {
        }
    }

    public static unsafe partial class X86
    {
        [Sensitive("cli", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "evtchn_upcall_mask = 1", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_cli")]
        public static extern void Cli();

        [Sensitive("hlt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "SCHEDOP_block", Paravirtual = typeof(Xen.PvX86))]
        [MaySleep]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_hlt")]
        public static extern void Hlt();

        [Sensitive("sti; hlt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "SCHEDOP_block", Paravirtual = typeof(Xen.PvX86))]
        [MaySleep]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_sti_hlt")]
        public static extern void StiHlt();

        [Sensitive("sti", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "evtchn_upcall_mask = 0", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_sti")]
        public static extern void Sti();

        [Sensitive("invlpg", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "MMUEXT_INVLPG_LOCAL", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_invlpg")]
        public static extern void Invlpg(ulong address);

        [Sensitive("popf", Sensitivity.SensitiveUnprivileged, Deprivileged = "IF silently keeps its old value", Becomes = "evtchn_upcall_mask = !IF", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_popf")]
        public static extern void Popf(ulong flags);

        [Sensitive("pushf", Sensitivity.SensitiveUnprivileged, Deprivileged = "IF reads as the machine's, not the kernel's", Becomes = "evtchn_upcall_mask", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_pushf")]
        public static extern ulong Pushf();

        [Sensitive("mov cr3", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "MMUEXT_NEW_BASEPTR", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_write_cr3")]
        public static extern void WriteCr3(ulong value);

        [Sensitive("mov cr3", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "the remembered base", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_read_cr3")]
        public static extern ulong ReadCr3();

        [Sensitive("out", Sensitivity.Platform, Deprivileged = "#GP(0) unless IOPL allows it", Becomes = "console_io for the console's ports", Paravirtual = typeof(Xen.PvX86))]
        public static void Out(ushort port, byte value) => OutNative(port, value);

        [Sensitive("out", Sensitivity.Platform, Deprivileged = "#GP(0) unless IOPL allows it", Becomes = "nothing", Paravirtual = typeof(Xen.PvX86))]
        public static void Out(ushort port, uint value) => OutNative(port, value);

        [Sensitive("wrmsr", Sensitivity.Privileged, Deprivileged = "#GP(0)")]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_wrmsr")]
        public static extern void Wrmsr(uint register, ulong value);

        [Sensitive("pause", Sensitivity.Innocuous)]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_pause")]
        public static extern void Pause();

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_out")]
        private static extern void OutNative(ushort port, uint value);
    }

    public static unsafe class PageTable
    {
        public const ulong Present = 1;

        [Sensitive("mov", Sensitivity.SensitiveStore, Deprivileged = "#PF, the table is read-only", Becomes = "mmu_update", Paravirtual = typeof(Xen.PvPageTable))]
        public static void Write([PageTableEntry] ulong* entry, ulong value) => *entry = value;

        [Sensitive("mov", Sensitivity.Platform, Deprivileged = "no trap: a machine frame", Becomes = "a translated load", Paravirtual = typeof(Xen.PvPageTable))]
        public static ulong Read([PageTableEntry] ulong* entry) => *entry;

        [Sensitive("use of a frame as a page table", Sensitivity.SensitiveStore, Deprivileged = "no trap", Becomes = "pin", Paravirtual = typeof(Xen.PvPageTable))]
        public static void Adopt(ulong table, int level)
        {
        }

        [Sensitive("mov", Sensitivity.SensitiveStore, Deprivileged = "#PF, the table is read-only", Becomes = "mmu_update", Paravirtual = typeof(Xen.PvPageTable))]
        public static void Set(this ref ulong entry, ulong value) => entry = value;

        [Sensitive("mov", Sensitivity.SensitiveStore, Deprivileged = "#PF, the table is read-only", Becomes = "mmu_update", Paravirtual = typeof(Xen.PvPageTable))]
        public static void SetAll(ulong* table, in ulong value, out int count) => count = 0;

        [Sensitive("mov", Sensitivity.SensitiveStore, Deprivileged = "#PF, the table is read-only", Becomes = "mmu_update", Paravirtual = typeof(Xen.PvPageTable))]
        public static ref ulong Slot(ulong* table, int @index) => ref table[index];

        [Sensitive("mov", Sensitivity.SensitiveStore, Deprivileged = "#PF, the table is read-only", Becomes = "mmu_update", Paravirtual = typeof(Xen.PvPageTable))]
        public static T Store<T>(ref T entry, T value) where T : unmanaged => entry = value;
    }
}

namespace ParaKit.Guest
{
    public interface IPort
    {
        [Sensitive("in", Sensitivity.Platform, Becomes = "nothing", Paravirtual = typeof(Xen.PvDevices))]
        uint Read();
    }

    public class Device : IPort
    {
        [Sensitive("in", Sensitivity.Platform, Becomes = "a ring", Paravirtual = typeof(Xen.PvDevices))]
        public uint Read() => 1;

        [Sensitive("out", Sensitivity.Platform, Becomes = "a ring", Paravirtual = typeof(Xen.PvDevices))]
        public virtual Device Reset(int mode = 1, params int[] lines) => this;
    }

    public struct Register
    {
        public ulong Value;

        [Sensitive("mov", Sensitivity.Platform, Becomes = "a variable", Paravirtual = typeof(Xen.PvDevices))]
        public bool Exchange(ref ulong value, in ulong mask, out ulong old)
        {
            old = Value;
            Value = value & mask;
            return true;
        }

        [Sensitive("mov", Sensitivity.Platform, Becomes = "a variable", Paravirtual = typeof(Xen.PvDevices))]
        public readonly ulong Get() => Value;
    }

    public unsafe class Table<T>
        where T : unmanaged
    {
        [Sensitive("mov", Sensitivity.SensitiveStore, Becomes = "mmu_update", Paravirtual = typeof(Xen.PvDevices))]
        public static T Swap<TIndex>(T* table, TIndex index, T value)
            where TIndex : unmanaged => value;

        [Sensitive("mov", Sensitivity.SensitiveStore, Becomes = "mmu_update", Paravirtual = typeof(Xen.PvDevices))]
        public void Clear()
        {
        }
    }
}

namespace ParaKit.Guest.Xen
{
    public static unsafe class PvDevices
    {
        public static uint Read(IPort port) => 2;

        public static uint Read(Device device) => 3;

        public static Device Reset(Device device, int mode, int[] lines) => device;

        public static bool Exchange(ref Register register, ref ulong value, in ulong mask, out ulong old)
        {
            old = 0;
            return false;
        }

        public static ulong Get(in Register register) => register.Value;

        public static T Swap<T, TIndex>(T* table, TIndex index, T value)
            where T : unmanaged
            where TIndex : unmanaged => *table;

        public static void Clear<T>(Table<T> table)
            where T : unmanaged
        {
        }
    }

    public static unsafe partial class PvX86
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_xen_block")]
        public static extern void Hlt();

        public static void StiHlt()
        {
        }

        public static void Cli()
        {
        }

        public static void Sti()
        {
        }

        public static void Invlpg(ulong address)
        {
        }

        public static void Popf(ulong flags)
        {
        }

        public static ulong Pushf() => 0;

        public static void WriteCr3(ulong value)
        {
        }

        public static ulong ReadCr3() => 0;

        public static void Out(ushort port, byte value)
        {
        }

        public static void Out(ushort port, uint value)
        {
        }
    }

    public static unsafe class PvPageTable
    {
        public static void Write(ulong* entry, ulong value) => *entry = value;

        public static ulong Read(ulong* entry) => *entry;

        public static void Adopt(ulong table, int level)
        {
        }

        public static void Set(ref ulong entry, ulong value) => entry = value;

        public static void SetAll(ulong* table, in ulong value, out int count) => count = 1;

        public static ref ulong Slot(ulong* table, int index) => ref table[index];

        public static T Store<T>(ref T entry, T value) where T : unmanaged => entry = value;
    }
}
