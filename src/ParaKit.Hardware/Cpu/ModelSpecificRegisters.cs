using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

/// <summary>The model-specific registers. Intel SDM vol. 4, "Model-Specific Registers". All others are #GP(0).</summary>
internal static unsafe class ModelSpecificRegisters
{
    public const uint TimeStampCounter = 0x10;
    public const uint ApicBase = 0x1b;
    public const uint MicrocodeRevision = 0x8b;
    public const uint MtrrCapabilities = 0xfe;
    public const uint MiscellaneousEnable = 0x1a0;
    public const uint PageAttributeTable = 0x277;
    public const uint ExtendedFeatureEnable = 0xc000_0080;
    public const uint Star = 0xc000_0081;
    public const uint Lstar = 0xc000_0082;
    public const uint Cstar = 0xc000_0083;
    public const uint FMask = 0xc000_0084;
    public const uint FsBase = 0xc000_0100;
    public const uint GsBase = 0xc000_0101;
    public const uint KernelGsBase = 0xc000_0102;
    public const uint TscAux = 0xc000_0103;

    public const ulong PatReset = 0x0007_0406_0007_0406;

    private const ulong ApicAddress = 0xfee0_0000;
    private const ulong ApicOfBootstrap = 1 << 8;
    private const ulong ApicEnable = 1 << 11;

    /// <summary>Reads a register; false if there is none.</summary>
    public static bool TryRead(CpuState* cpu, uint number, ulong cycles, out ulong value)
    {
        ulong? found = number switch
        {
            TimeStampCounter => cycles + cpu->TscOffset,
            ApicBase => ApicBaseOf(Processor.Of(cpu)),
            MicrocodeRevision => 0,
            MtrrCapabilities => 0,
            MiscellaneousEnable => 0,
            PageAttributeTable => cpu->Pat,
            ExtendedFeatureEnable => cpu->Efer,
            Star => cpu->Star,
            Lstar => cpu->Lstar,
            Cstar => cpu->Cstar,
            FMask => cpu->FMask,
            FsBase => cpu->Fs.Base,
            GsBase => cpu->Gs.Base,
            KernelGsBase => cpu->KernelGsBase,
            TscAux => cpu->TscAux,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>Writes a register; false if there is none or the value is not allowed.</summary>
    public static bool TryWrite(CpuState* cpu, uint number, ulong value, ulong cycles)
    {
        switch (number)
        {
            case TimeStampCounter:
                cpu->TscOffset = value - cycles;
                return true;
            case PageAttributeTable:
                return IsPat(value) && Set(ref cpu->Pat, value);
            case ExtendedFeatureEnable:
                return TryWriteEfer(cpu, value);
            case Star:
                return Set(ref cpu->Star, value);
            case Lstar:
                return LinearAddress.IsCanonical(value) && Set(ref cpu->Lstar, value);
            case Cstar:
                return LinearAddress.IsCanonical(value) && Set(ref cpu->Cstar, value);
            case FMask:
                return value <= uint.MaxValue && Set(ref cpu->FMask, value);
            case FsBase:
                return LinearAddress.IsCanonical(value) && Set(ref cpu->Fs.Base, value);
            case GsBase:
                return LinearAddress.IsCanonical(value) && Set(ref cpu->Gs.Base, value);
            case KernelGsBase:
                return LinearAddress.IsCanonical(value) && Set(ref cpu->KernelGsBase, value);
            case TscAux:
                return value <= uint.MaxValue && Set(ref cpu->TscAux, value);
            case ApicBase:
                return TryWriteApicBase(Processor.Of(cpu), value);
            case MicrocodeRevision:
                return true;
            default:
                return false;
        }
    }

    /// <summary>A processor without a local APIC is the bootstrap processor with its APIC switched off.</summary>
    private static ulong ApicBaseOf(Processor processor) => processor.LocalApic is { } apic
        ? ApicAddress | (apic.IsBootstrap ? ApicOfBootstrap : 0) | (apic.IsEnabled ? ApicEnable : 0)
        : ApicAddress | ApicOfBootstrap;

    /// <summary>It can be switched on and off, not moved.</summary>
    private static bool TryWriteApicBase(Processor processor, ulong value)
    {
        ulong enable = processor.LocalApic is null ? 0 : ApicEnable;
        if (((value ^ ApicBaseOf(processor)) & ~enable) != 0)
        {
            return false;
        }

        if (processor.LocalApic is { } apic)
        {
            apic.IsEnabled = (value & ApicEnable) != 0;
        }

        return true;
    }

    private static ulong DefinedEfer(CpuState* cpu) =>
        Efer.Defined | (Processor.Of(cpu).OffersVirtualization ? Efer.SecureVirtualMachine : 0);

    /// <summary>LMA is read-only, and LME cannot change while paging is on.</summary>
    private static bool TryWriteEfer(CpuState* cpu, ulong value)
    {
        if ((value & ~DefinedEfer(cpu)) != 0 || (value & Efer.LongModeEnable) == 0)
        {
            return false;
        }

        cpu->Efer = (value & ~Efer.LongModeActive) | (cpu->Efer & Efer.LongModeActive);
        return true;
    }

    /// <summary>Memory types 0, 1, 4, 5, 6 and 7 exist.</summary>
    private static bool IsPat(ulong value)
    {
        for (int i = 0; i < sizeof(ulong); i++)
        {
            if (((value >> (i * 8)) & 0xff) is not (0 or 1 or 4 or 5 or 6 or 7))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Set(ref ulong register, ulong value)
    {
        register = value;
        return true;
    }
}
