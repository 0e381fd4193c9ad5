using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>Copies what VMRUN and #VMEXIT exchange between a processor and a <see cref="Vmcb"/>. AMD64 Architecture Programmer's Manual vol. 2, "VMRUN".</summary>
internal static class VmcbStateTransfer
{
    private const ushort LowAttributes = 0xff;
    private const int HighAttributeShift = 12;

    /// <summary>From the structure to the processor.</summary>
    public static void Load(in Vmcb vmcb, Processor processor)
    {
        ref var state = ref processor.State;
        (state.Es, state.Cs, state.Ss, state.Ds) = (Segment(vmcb.Es), Segment(vmcb.Cs), Segment(vmcb.Ss), Segment(vmcb.Ds));
        state.Gdtr = new DescriptorTableRegister { Base = vmcb.Gdtr.Base, Limit = (ushort)vmcb.Gdtr.Limit };
        state.Idtr = new DescriptorTableRegister { Base = vmcb.Idtr.Base, Limit = (ushort)vmcb.Idtr.Limit };
        (state.Cr0, state.Cr2, state.Cr4, state.Efer) = (vmcb.Cr0, vmcb.Cr2, vmcb.Cr4, vmcb.Efer);
        (state.Rip, state.Rflags) = (vmcb.Rip, vmcb.Rflags);
        state.Registers[GeneralRegister.Rsp] = vmcb.Rsp;
        state.Registers[GeneralRegister.Rax] = vmcb.Rax;
        state.Cpl = vmcb.Cpl;
        state.InterruptShadow = (vmcb.InterruptShadow & 1) != 0;
        processor.LoadCr3(vmcb.Cr3);
    }

    /// <summary>From the processor to the structure.</summary>
    public static void Save(in CpuState state, ref Vmcb vmcb)
    {
        (vmcb.Es, vmcb.Cs, vmcb.Ss, vmcb.Ds) = (Segment(state.Es), Segment(state.Cs), Segment(state.Ss), Segment(state.Ds));
        vmcb.Gdtr = new VmcbSegment { Base = state.Gdtr.Base, Limit = state.Gdtr.Limit };
        vmcb.Idtr = new VmcbSegment { Base = state.Idtr.Base, Limit = state.Idtr.Limit };
        (vmcb.Cr0, vmcb.Cr2, vmcb.Cr3, vmcb.Cr4, vmcb.Efer) = (state.Cr0, state.Cr2, state.Cr3, state.Cr4, state.Efer);
        (vmcb.Rip, vmcb.Rflags) = (state.Rip, state.Rflags);
        vmcb.Rsp = state.Registers[GeneralRegister.Rsp];
        vmcb.Rax = state.Registers[GeneralRegister.Rax];
        vmcb.Cpl = state.Cpl;
        vmcb.InterruptShadow = state.InterruptShadow ? 1UL : 0;
    }

    private static SegmentRegister Segment(VmcbSegment segment) => new()
    {
        Selector = segment.Selector,
        Base = segment.Base,
        Limit = segment.Limit,
        Attributes = (SegmentAttributes)((segment.Attributes & LowAttributes) | ((segment.Attributes >> Vmcb.HighAttributeShift) << HighAttributeShift)),
    };

    private static VmcbSegment Segment(SegmentRegister segment) => new()
    {
        Selector = segment.Selector,
        Base = segment.Base,
        Limit = segment.Limit,
        Attributes = (ushort)(((ushort)segment.Attributes & LowAttributes) | (((ushort)segment.Attributes >> HighAttributeShift) << Vmcb.HighAttributeShift)),
    };
}
