using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Gives a virtual processor the context that it starts with. Xen public/vcpu.h, "VCPUOP_initialise".</summary>
internal static unsafe class VcpuInitialisation
{
    private const ushort GuestPrivilege = 3;
    private const int DescriptorsPerFrame = PageTableEntries.FrameBytes / sizeof(ulong);
    private const ulong RestorableFlags = Flags.ArithmeticMask | Flags.Direction | Flags.Identification;

    /// <summary>Takes a context over, wholly or not at all. EINVAL for addresses, selectors, tables or descriptors that cannot be used, ENOSYS for a local descriptor table.</summary>
    public static Errno Apply(Domain domain, VirtualCpu vcpu, in VcpuGuestContext context)
    {
        if (Check(in context) is var wrong and not Errno.None)
        {
            return wrong;
        }

        var frames = new ulong[(context.GdtEntries + DescriptorsPerFrame - 1) / DescriptorsPerFrame];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = context.GdtFrames[i];
        }

        if (domain.Paging.AcquireAll(frames, domain.Id, PageType.SegmentDescriptors) != Errno.None)
        {
            return Errno.EINVAL;
        }

        if (!TryAcquireTables(domain, in context))
        {
            ReleaseAll(domain, frames);
            return Errno.EINVAL;
        }

        Install(vcpu, in context, frames);
        if (vcpu.TryLoadCodeAndStack((ushort)(context.Registers.Cs | GuestPrivilege), (ushort)(context.Registers.Ss | GuestPrivilege)))
        {
            (vcpu.IsInitialised, domain.Assists) = (true, domain.Assists | context.VmAssists);
            return Errno.None;
        }

        ReleaseAll(domain, frames);
        domain.Paging.Release(vcpu.KernelTable);
        if (vcpu.UserTable != 0)
        {
            domain.Paging.Release(vcpu.UserTable);
        }

        (vcpu.DescriptorFrames, vcpu.KernelTable, vcpu.UserTable) = ([], 0, 0);
        vcpu.Descriptors.Install([]);
        return Errno.EINVAL;
    }

    private static Errno Check(in VcpuGuestContext context)
    {
        ReadOnlySpan<ulong> addresses =
        [
            context.Registers.Rip, context.EventCallback, context.FailsafeCallback, context.SyscallCallback,
            context.FsBase, context.GsBaseKernel, context.GsBaseUser,
        ];
        foreach (var address in addresses)
        {
            if (!LinearAddress.IsCanonical(address))
            {
                return Errno.EINVAL;
            }
        }

        // A processor that begins in user mode, or with a floating-point context, no kernel has asked for.
        return (context.Flags & VcpuGuestContext.InKernel) == 0 || context.GdtEntries > FlatSelectors.FirstReservedGdtEntry ? Errno.EINVAL
            : context.LdtEntries != 0 ? Errno.ENOSYS
            : Errno.None;
    }

    private static bool TryAcquireTables(Domain domain, in VcpuGuestContext context)
    {
        var (kernel, user) = (context.ControlRegisters[3] >> PageTableEntries.FrameShift, context.ControlRegisters[1] >> PageTableEntries.FrameShift);
        if (domain.Paging.Acquire(kernel, domain.Id, PageType.L4Table) != Errno.None)
        {
            return false;
        }

        if (user != 0 && domain.Paging.Acquire(user, domain.Id, PageType.L4Table) != Errno.None)
        {
            domain.Paging.Release(kernel);
            return false;
        }

        return true;
    }

    private static void ReleaseAll(Domain domain, ulong[] frames) => Array.ForEach(frames, domain.Paging.Release);

    private static void Install(VirtualCpu vcpu, in VcpuGuestContext context, ulong[] frames)
    {
        vcpu.DescriptorFrames = frames;
        vcpu.Descriptors.Install(frames);
        vcpu.KernelTable = context.ControlRegisters[3] >> PageTableEntries.FrameShift;
        vcpu.UserTable = context.ControlRegisters[1] >> PageTableEntries.FrameShift;
        vcpu.Reset();
        vcpu.Processor.LoadCr3(vcpu.KernelTable << PageTableEntries.FrameShift);
        vcpu.ClearTraps();
        fixed (byte* traps = context.Traps)
        {
            foreach (var (vector, trap) in new ReadOnlySpan<TrapInfo>(traps, VirtualCpu.VectorCount).ToArray().Index())
            {
                vcpu.SetTrap(trap with { Vector = (byte)vector, Address = LinearAddress.IsCanonical(trap.Address) ? trap.Address : 0 });
            }
        }

        (vcpu.EventCallback, vcpu.FailsafeCallback, vcpu.SyscallCallback) = (context.EventCallback, context.FailsafeCallback, context.SyscallCallback);
        vcpu.FailsafeMasksEvents = (context.Flags & VcpuGuestContext.FailsafeMasksEvents) != 0;
        vcpu.SyscallMasksEvents = (context.Flags & VcpuGuestContext.SyscallMasksEvents) != 0;
        (vcpu.KernelStackSelector, vcpu.KernelStackPointer) = ((ushort)(context.KernelSs | GuestPrivilege), context.KernelSp);
        LoadRegisters(ref vcpu.State, in context);
    }

    private static void LoadRegisters(ref CpuState state, in VcpuGuestContext context)
    {
        ref readonly var from = ref context.Registers;
        ref var registers = ref state.Registers;
        (registers[GeneralRegister.Rax], registers[GeneralRegister.Rbx], registers[GeneralRegister.Rcx], registers[GeneralRegister.Rdx]) = (from.Rax, from.Rbx, from.Rcx, from.Rdx);
        (registers[GeneralRegister.Rsi], registers[GeneralRegister.Rdi], registers[GeneralRegister.Rbp], registers[GeneralRegister.Rsp]) = (from.Rsi, from.Rdi, from.Rbp, from.Rsp);
        (registers[GeneralRegister.R8], registers[GeneralRegister.R9], registers[GeneralRegister.R10], registers[GeneralRegister.R11]) = (from.R8, from.R9, from.R10, from.R11);
        (registers[GeneralRegister.R12], registers[GeneralRegister.R13], registers[GeneralRegister.R14], registers[GeneralRegister.R15]) = (from.R12, from.R13, from.R14, from.R15);
        state.Rip = from.Rip;
        state.Rflags = (from.Rflags & RestorableFlags) | Flags.Interrupt | Flags.AlwaysOne;
        (state.Fs.Base, state.Gs.Base, state.KernelGsBase) = (context.FsBase, context.GsBaseKernel, context.GsBaseUser);
    }
}
