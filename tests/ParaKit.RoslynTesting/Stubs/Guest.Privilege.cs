// Descriptors, selectors, frame numbers and hypercalls: what the rules on privilege and on batches recognise.
using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace ParaKit.Abi
{
    public enum Virq : uint
    {
        Timer = 0,
        Debug = 1,
    }

    public struct MulticallEntry
    {
        public ulong Operation;
        public ulong Result;
    }

    public struct MmuExtendedOperation
    {
        public uint Command;
        public ulong MachineFrame;
    }
}

namespace ParaKit.Guest
{
    public static class Gdt
    {
        public const ushort KernelCode = 0x08;
        public const ushort KernelData = 0x10;
        public const ushort UserData = 0x23;
        public const ushort UserCode = 0x2b;
    }

    public struct TrapFrame
    {
        public const ulong SystemCallVector = 0x100;
        public const ulong EventVector = 0x101;
        public ulong Vector;
        public ulong Rip;
        public ulong Cs;
        public ulong Rflags;
        public ulong Rsp;
        public ulong Ss;

        public readonly bool FromUser => (Cs & 3) == 3;
    }

    public readonly struct Pfn(ulong number)
    {
        public ulong Number { get; } = number;

        public ulong Address => Number * 4096;

        public static Pfn Containing(ulong physical) => new(physical / 4096);
    }

    public readonly struct Mfn(ulong number)
    {
        public ulong Number { get; } = number;

        public ulong Address => Number * 4096;

        public static Mfn Containing(ulong machine) => new(machine / 4096);
    }

    public readonly struct Vpn(ulong number)
    {
        public ulong Number { get; } = number;

        public ulong Address => Number * 4096;

        public static Vpn Containing(ulong linear) => new(linear / 4096);

        public static Vpn InDirectMap(Pfn frame) => Containing(Map(frame.Address));

        private static ulong Map(ulong physical) => physical;
    }

    public static class FrameTranslation
    {
        [Sensitive("physical to machine", Sensitivity.Platform, Deprivileged = "no trap", Becomes = "P2M", Paravirtual = typeof(Xen.PvFrameTranslation))]
        public static Mfn ToMachine(Pfn frame) => new(frame.Number);

        [Sensitive("machine to physical", Sensitivity.Platform, Deprivileged = "no trap", Becomes = "M2P", Paravirtual = typeof(Xen.PvFrameTranslation))]
        public static Pfn ToPhysical(Mfn frame) => new(frame.Number);
    }

    public static unsafe partial class X86
    {
        [Sensitive("sgdt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_sgdt")]
        public static extern void Sgdt(void* table);

        [Sensitive("sidt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_sidt")]
        public static extern void Sidt(void* table);

        [Sensitive("sldt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_sldt")]
        public static extern ushort Sldt();

        [Sensitive("str", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_str")]
        public static extern ushort Str();

        [Sensitive("smsw", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_smsw")]
        public static extern ushort Smsw();

        [Sensitive("lar", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_lar")]
        public static extern uint Lar(ushort selector);

        [Sensitive("lsl", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_lsl")]
        public static extern long Lsl(ushort selector);

        [Sensitive("verr", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_verr")]
        public static extern bool Verr(ushort selector);

        [Sensitive("verw", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_verw")]
        public static extern bool Verw(ushort selector);

        [Sensitive("mov r16, cs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_readcs")]
        public static extern ushort ReadCs();

        [Sensitive("mov r16, ss", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_readss")]
        public static extern ushort ReadSs();

        [Sensitive("push fs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_pushfs")]
        public static extern ushort PushFs();

        [Sensitive("mov ds, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_writeds")]
        public static extern void WriteDs(ushort selector);

        [Sensitive("int n", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_int")]
        public static extern void Int(byte vector);

        [Sensitive("retfq", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP", Becomes = "the kernel's own", Paravirtual = typeof(Xen.PvX86))]
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_x86_farreturn")]
        public static extern void FarReturn(ushort code);

        [Sensitive("selector", Sensitivity.Platform, Deprivileged = "a foreign descriptor", Becomes = "Xen's", Paravirtual = typeof(Xen.PvX86))]
        public static ushort KernelCodeSelector() => Gdt.KernelCode;

        [Sensitive("selector", Sensitivity.Platform, Deprivileged = "a foreign descriptor", Becomes = "Xen's", Paravirtual = typeof(Xen.PvX86))]
        public static ushort KernelDataSelector() => Gdt.KernelData;

        [Sensitive("selector", Sensitivity.Platform, Deprivileged = "a foreign descriptor", Becomes = "Xen's", Paravirtual = typeof(Xen.PvX86))]
        public static ushort UserCodeSelector() => Gdt.UserCode;

        [Sensitive("selector", Sensitivity.Platform, Deprivileged = "a foreign descriptor", Becomes = "Xen's", Paravirtual = typeof(Xen.PvX86))]
        public static ushort UserDataSelector() => Gdt.UserData;
    }
}

namespace ParaKit.Guest.Xen
{
    public static class PvFrameTranslation
    {
        public static Mfn ToMachine(Pfn frame) => default;

        public static Pfn ToPhysical(Mfn frame) => default;
    }

    public static unsafe class Hypercall
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_hypercall3_14")]
        public static extern long UpdateVaMapping(ulong address, ulong entry, ulong flags);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_hypercall1_5")]
        public static extern long FpuTaskswitch(uint set);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_hypercall4_26")]
        public static extern long MmuExtendedOp(Abi.MmuExtendedOperation* operations, uint count, uint* done, uint domain);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_hypercall2_29")]
        public static extern long SchedulerOp(uint operation, void* argument);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "pk_hypercall2_13")]
        public static extern long Multicall(Abi.MulticallEntry* calls, uint count);
    }

    public unsafe ref struct Multicall
    {
        public Multicall(Span<Abi.MulticallEntry> buffer)
        {
        }

        public void UpdateVaMapping(ulong address, ulong entry, ulong flags)
        {
        }

        public void FpuTaskswitch(uint set)
        {
        }

        public void MmuExtendedOp(Abi.MmuExtendedOperation* operations, uint count, uint* done, uint domain)
        {
        }

        public void Dispose()
        {
        }
    }

    public static unsafe partial class PvX86
    {
        public static void Sgdt(void* table)
        {
        }

        public static void Sidt(void* table)
        {
        }

        public static ushort Sldt() => 0;

        public static ushort Str() => 0;

        public static ushort Smsw() => 0;

        public static uint Lar(ushort selector) => 0;

        public static long Lsl(ushort selector) => 0;

        public static bool Verr(ushort selector) => false;

        public static bool Verw(ushort selector) => false;

        public static ushort ReadCs() => 0;

        public static ushort ReadSs() => 0;

        public static ushort PushFs() => 0;

        public static void WriteDs(ushort selector)
        {
        }

        public static void Int(byte vector)
        {
        }

        public static void FarReturn(ushort code)
        {
        }

        public static ushort KernelCodeSelector() => 0xe033;

        public static ushort KernelDataSelector() => 0xe033;

        public static ushort UserCodeSelector() => 0xe033;

        public static ushort UserDataSelector() => 0xe033;
    }
}
