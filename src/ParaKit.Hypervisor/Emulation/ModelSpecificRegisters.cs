using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Emulation;

/// <summary>RDMSR and WRMSR of a paravirtual kernel: segment bases, a few constants, the hypercall page. Others raise #GP.</summary>
internal static class ModelSpecificRegisters
{
    /// <summary>Writing a page's machine address here fills the page with hypercall stubs. Xen public/arch-x86/cpuid.h, leaf 3.</summary>
    public const uint HypercallPage = 0x4000_0000;

    private const uint TimeStampCounter = 0x10;
    private const uint PageAttributeTable = 0x277;
    private const uint ExtendedFeatures = 0xC000_0080;
    private const uint FsBase = 0xC000_0100;
    private const uint GsBase = 0xC000_0101;
    private const uint UserGsBase = 0xC000_0102;

    /// <summary>RDMSR: ECX names the register, the value goes to EDX:EAX.</summary>
    public static bool TryRead(Domain domain)
    {
        ref var state = ref domain.Vcpu.State;
        ulong? value = (uint)state.Registers[GeneralRegister.Rcx] switch
        {
            TimeStampCounter => domain.Clock.Tsc,
            PageAttributeTable => state.Pat,
            ExtendedFeatures => state.Efer,
            FsBase => state.Fs.Base,
            GsBase => state.Gs.Base,
            UserGsBase => state.KernelGsBase,
            _ => null,
        };
        if (value is not { } found)
        {
            return false;
        }

        state.Registers[GeneralRegister.Rax] = (uint)found;
        state.Registers[GeneralRegister.Rdx] = found >> 32;
        return true;
    }

    /// <summary>WRMSR: ECX names the register, the value is in EDX:EAX.</summary>
    public static bool TryWrite(Domain domain)
    {
        ref var state = ref domain.Vcpu.State;
        var value = (uint)state.Registers[GeneralRegister.Rax] | (state.Registers[GeneralRegister.Rdx] << 32);
        switch ((uint)state.Registers[GeneralRegister.Rcx])
        {
            case FsBase when LinearAddress.IsCanonical(value):
                state.Fs.Base = value;
                return true;
            case GsBase when LinearAddress.IsCanonical(value):
                state.Gs.Base = value;
                return true;
            case UserGsBase when LinearAddress.IsCanonical(value):
                state.KernelGsBase = value;
                return true;
            case HypercallPage:
                return TryFillHypercallPage(domain, value >> PhysicalMemory.FrameShift);
            default:
                return false;
        }
    }

    private static bool TryFillHypercallPage(Domain domain, ulong frame)
    {
        if (domain.Paging.Acquire(frame, domain.Id, PageType.Writable) != Errno.None)
        {
            return false;
        }

        Domains.HypercallPage.Fill(domain.Vcpu.Processor.Memory.Span(frame << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes));
        domain.Paging.Release(frame);
        return true;
    }
}
