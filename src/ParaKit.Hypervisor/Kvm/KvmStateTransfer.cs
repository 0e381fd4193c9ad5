using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>Copies the architectural state between a simulated processor and one of KVM's.</summary>
internal static class KvmStateTransfer
{
    private const ushort TypeMask = 0xf;
    private const int DplShift = 5;

    /// <summary>From the simulated processor to KVM's.</summary>
    public static void Enter(ref CpuState state, KvmVirtualMachine machine)
    {
        var special = machine.SpecialRegisters;
        (special.Cs, special.Ss, special.Ds, special.Es) = (ToKvm(state.Cs), ToKvm(state.Ss), ToKvm(state.Ds), ToKvm(state.Es));
        (special.Fs, special.Gs, special.Tr, special.Ldt) = (ToKvm(state.Fs), ToKvm(state.Gs), ToKvm(state.Tr), ToKvm(state.Ldtr));
        special.Gdt = new KvmDescriptorTable { Base = state.Gdtr.Base, Limit = state.Gdtr.Limit };
        special.Idt = new KvmDescriptorTable { Base = state.Idtr.Base, Limit = state.Idtr.Limit };
        (special.Cr0, special.Cr2, special.Cr3, special.Cr4, special.Cr8, special.Efer) = (state.Cr0, state.Cr2, state.Cr3, state.Cr4, state.Cr8, state.Efer);
        machine.SpecialRegisters = special;
        machine.Registers = new KvmRegisters
        {
            Rax = state.Registers[GeneralRegister.Rax],
            Rbx = state.Registers[GeneralRegister.Rbx],
            Rcx = state.Registers[GeneralRegister.Rcx],
            Rdx = state.Registers[GeneralRegister.Rdx],
            Rsi = state.Registers[GeneralRegister.Rsi],
            Rdi = state.Registers[GeneralRegister.Rdi],
            Rsp = state.Registers[GeneralRegister.Rsp],
            Rbp = state.Registers[GeneralRegister.Rbp],
            R8 = state.Registers[GeneralRegister.R8],
            R9 = state.Registers[GeneralRegister.R9],
            R10 = state.Registers[GeneralRegister.R10],
            R11 = state.Registers[GeneralRegister.R11],
            R12 = state.Registers[GeneralRegister.R12],
            R13 = state.Registers[GeneralRegister.R13],
            R14 = state.Registers[GeneralRegister.R14],
            R15 = state.Registers[GeneralRegister.R15],
            Rip = state.Rip,
            Rflags = state.Rflags,
        };
    }

    /// <summary>From KVM's processor to the simulated one, for whoever looks at it.</summary>
    public static void Leave(KvmVirtualMachine machine, Processor processor)
    {
        ref var state = ref processor.State;
        var special = machine.SpecialRegisters;
        (state.Cs, state.Ss, state.Ds, state.Es) = (FromKvm(special.Cs), FromKvm(special.Ss), FromKvm(special.Ds), FromKvm(special.Es));
        (state.Fs, state.Gs, state.Tr, state.Ldtr) = (FromKvm(special.Fs), FromKvm(special.Gs), FromKvm(special.Tr), FromKvm(special.Ldt));
        state.Gdtr = new DescriptorTableRegister { Base = special.Gdt.Base, Limit = special.Gdt.Limit };
        state.Idtr = new DescriptorTableRegister { Base = special.Idt.Base, Limit = special.Idt.Limit };
        (state.Cr0, state.Cr2, state.Cr4, state.Cr8, state.Efer) = (special.Cr0, special.Cr2, special.Cr4, special.Cr8, special.Efer);
        state.Cpl = (byte)state.Ss.Dpl;
        var registers = machine.Registers;
        state.Registers[GeneralRegister.Rax] = registers.Rax;
        state.Registers[GeneralRegister.Rbx] = registers.Rbx;
        state.Registers[GeneralRegister.Rcx] = registers.Rcx;
        state.Registers[GeneralRegister.Rdx] = registers.Rdx;
        state.Registers[GeneralRegister.Rsi] = registers.Rsi;
        state.Registers[GeneralRegister.Rdi] = registers.Rdi;
        state.Registers[GeneralRegister.Rsp] = registers.Rsp;
        state.Registers[GeneralRegister.Rbp] = registers.Rbp;
        state.Registers[GeneralRegister.R8] = registers.R8;
        state.Registers[GeneralRegister.R9] = registers.R9;
        state.Registers[GeneralRegister.R10] = registers.R10;
        state.Registers[GeneralRegister.R11] = registers.R11;
        state.Registers[GeneralRegister.R12] = registers.R12;
        state.Registers[GeneralRegister.R13] = registers.R13;
        state.Registers[GeneralRegister.R14] = registers.R14;
        state.Registers[GeneralRegister.R15] = registers.R15;
        (state.Rip, state.Rflags) = (registers.Rip, registers.Rflags);
        processor.LoadCr3(special.Cr3);
    }

    private static KvmSegment ToKvm(SegmentRegister segment) => new()
    {
        Base = segment.Base,
        Limit = segment.Limit,
        Selector = segment.Selector,
        Type = (byte)((ushort)segment.Attributes & TypeMask),
        S = Bit(segment, SegmentAttributes.CodeOrData),
        Dpl = (byte)segment.Dpl,
        Present = Bit(segment, SegmentAttributes.Present),
        Avl = Bit(segment, SegmentAttributes.Available),
        L = Bit(segment, SegmentAttributes.Long),
        Db = Bit(segment, SegmentAttributes.DefaultBig),
        G = Bit(segment, SegmentAttributes.Granularity),
        Unusable = (byte)(1 - Bit(segment, SegmentAttributes.Present)),
    };

    private static SegmentRegister FromKvm(KvmSegment segment) => new()
    {
        Base = segment.Base,
        Limit = segment.Limit,
        Selector = segment.Selector,
        Attributes = segment.Unusable != 0 ? SegmentAttributes.None : (SegmentAttributes)(segment.Type | (segment.Dpl << DplShift))
            | If(segment.S, SegmentAttributes.CodeOrData) | If(segment.Present, SegmentAttributes.Present) | If(segment.Avl, SegmentAttributes.Available)
            | If(segment.L, SegmentAttributes.Long) | If(segment.Db, SegmentAttributes.DefaultBig) | If(segment.G, SegmentAttributes.Granularity),
    };

    private static byte Bit(SegmentRegister segment, SegmentAttributes attribute) => (segment.Attributes & attribute) != 0 ? (byte)1 : (byte)0;

    private static SegmentAttributes If(byte bit, SegmentAttributes attribute) => bit != 0 ? attribute : SegmentAttributes.None;
}
