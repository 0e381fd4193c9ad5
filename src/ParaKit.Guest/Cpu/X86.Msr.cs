using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>Model-specific registers, identification and time stamps.</content>
public static unsafe partial class X86
{
    /// <summary>Reads a model-specific register.</summary>
    [Sensitive("rdmsr", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "the value written last, for the registers that Xen lets a guest set", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_rdmsr")]
    public static extern ulong Rdmsr(uint register);

    /// <summary>Writes a model-specific register.</summary>
    [Sensitive("wrmsr", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall callback_op for LSTAR, set_segment_base for FS and GS; STAR, FMASK and EFER belong to Xen", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_wrmsr")]
    public static extern void Wrmsr(uint register, ulong value);

    /// <summary>Identifies the processor: leaf and subleaf in, four registers out.</summary>
    [Sensitive("cpuid", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: shows the machine's features, not the domain's", Becomes = "forced emulation: ud2, \"xen\", cpuid", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_cpuid")]
    public static extern void Cpuid(uint leaf, uint subleaf, CpuidResult* result);

    /// <summary>Reads the time-stamp counter.</summary>
    [Sensitive("rdtsc", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap unless CR4.TSD: shows machine time, which jumps when the domain is not scheduled", Becomes = "system time in nanoseconds from vcpu_info.time", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_rdtsc")]
    public static extern ulong Rdtsc();
}

/// <summary>The four registers that CPUID returns.</summary>
public struct CpuidResult
{
    /// <summary>EAX.</summary>
    public uint Eax;

    /// <summary>EBX.</summary>
    public uint Ebx;

    /// <summary>ECX.</summary>
    public uint Ecx;

    /// <summary>EDX.</summary>
    public uint Edx;
}

/// <summary>Numbers of model-specific registers (Intel SDM vol. 4, "Model-Specific Registers").</summary>
public static class Msr
{
    /// <summary>IA32_EFER.</summary>
    public const uint Efer = 0xc0000080;

    /// <summary>IA32_STAR: selectors for SYSCALL and SYSRET.</summary>
    public const uint Star = 0xc0000081;

    /// <summary>IA32_LSTAR: entry of SYSCALL.</summary>
    public const uint Lstar = 0xc0000082;

    /// <summary>IA32_FMASK: flags cleared by SYSCALL.</summary>
    public const uint FMask = 0xc0000084;

    /// <summary>IA32_FS_BASE.</summary>
    public const uint FsBase = 0xc0000100;

    /// <summary>IA32_GS_BASE.</summary>
    public const uint GsBase = 0xc0000101;

    /// <summary>IA32_KERNEL_GS_BASE: what SWAPGS exchanges with the GS base.</summary>
    public const uint KernelGsBase = 0xc0000102;
}
