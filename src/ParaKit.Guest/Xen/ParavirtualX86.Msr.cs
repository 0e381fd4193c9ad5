using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <content>Model-specific registers, identification and time.</content>
public static unsafe partial class ParavirtualX86
{
    private static ulong s_star;
    private static ulong s_lstar;
    private static ulong s_flagMask;
    private static ulong s_fsBase;
    private static ulong s_gsBase;
    private static ulong s_kernelGsBase;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pv_cpuid")]
    private static extern void ForcedCpuid(uint leaf, uint subleaf, CpuidResult* result);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pv_rdtsc")]
    private static extern ulong MachineTime();

    /// <summary>Counterpart of <see cref="X86.Rdmsr"/>.</summary>
    public static ulong Rdmsr(uint register) => register switch
    {
        Msr.Star => s_star,
        Msr.Lstar => s_lstar,
        Msr.FMask => s_flagMask,
        Msr.FsBase => s_fsBase,
        Msr.GsBase => s_gsBase,
        Msr.KernelGsBase => s_kernelGsBase,
        _ => Unsupported("rdmsr", register),
    };

    /// <summary>Counterpart of <see cref="X86.Wrmsr"/>.</summary>
    public static void Wrmsr(uint register, ulong value)
    {
        switch (register)
        {
            case Msr.Star:
                s_star = value; // Xen enters and leaves with its own selectors
                break;
            case Msr.FMask:
                s_flagMask = value; // the callback's mask-events flag takes its place
                break;
            case Msr.KernelGsBase:
                s_kernelGsBase = value; // Xen switches the GS base itself
                break;
            case Msr.Lstar:
                s_lstar = value;
                ParavirtualPlatform.RegisterCallback(CallbackType.Syscall, value);
                break;
            case Msr.FsBase:
                s_fsBase = value;
                Hypercall.Require(Hypercall.SetSegmentBase(SegmentBase.Fs, value), "change of the FS base");
                break;
            case Msr.GsBase:
                s_gsBase = value;
                Hypercall.Require(Hypercall.SetSegmentBase(SegmentBase.GsKernel, value), "change of the GS base");
                break;
            default:
                Unsupported("wrmsr", register);
                break;
        }
    }

    /// <summary>Counterpart of <see cref="X86.Cpuid"/>.</summary>
    public static void Cpuid(uint leaf, uint subleaf, CpuidResult* result) => ForcedCpuid(leaf, subleaf, result);

    /// <summary>Counterpart of <see cref="X86.Rdtsc"/>: system time, by the formula of Xen public/xen.h, "struct vcpu_time_info".</summary>
    public static ulong Rdtsc()
    {
        VcpuTimeInfo* time = &Domain.Vcpu->Time;
        while (true)
        {
            uint version = Volatile.Read(ref time->Version);
            ulong elapsed = MachineTime() - time->TscTimestamp;
            elapsed = time->TscShift >= 0 ? elapsed << time->TscShift : elapsed >> -time->TscShift;
            ulong high = Math.BigMul(elapsed, time->TscToSystemMultiplier, out ulong low);
            ulong now = time->SystemTime + ((high << 32) | (low >> 32));
            if ((version & 1) == 0 && Volatile.Read(ref time->Version) == version)
            {
                return now;
            }
        }
    }

    private static ulong Unsupported(string operation, uint register)
    {
        Console.Write(operation);
        Console.Write(" of ");
        Console.WriteHex(register, 8);
        Platform.Fail(" has no paravirtual counterpart");
        return 0;
    }
}
