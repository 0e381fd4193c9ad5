using System.Runtime.InteropServices;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// Enters the guest's kernel: builds the frame on its stack and points the processor at the handler.
/// Xen public/arch-x86/xen-x86_64.h, "HYPERVISOR_iret" (the reverse).
/// </summary>
/// <remarks>
/// The frame from RSP up: RCX, R11, [DS, ES, FS, GS], [error code], RIP, CS | saved event mask &lt;&lt; 32, RFLAGS, RSP, SS.
/// CS has RPL 0 if the guest's kernel was interrupted, RPL 3 if its user mode was. RFLAGS.IF is the inverse of the event mask.
/// A user-mode guest is switched to its kernel stack and tables first.
/// </remarks>
internal static class BounceFrame
{
    private const int MaximumWords = 12;
    private const ulong StackAlignment = 16;
    private const int SavedMaskShift = 32;
    private const ulong PrivilegeMask = 3;
    private const ulong ClearedFlags = Flags.AlignmentCheck | Flags.Virtual8086 | Flags.Resume | Flags.NestedTask | Flags.Trap;

    /// <summary>Enters the guest. Without a handler or a writable stack the domain crashes, as nothing else can be told to it.</summary>
    public static void Enter(Domain domain, Bounce bounce)
    {
        var vcpu = domain.Vcpu;
        ref var state = ref vcpu.State;
        if (bounce.Address == 0)
        {
            domain.Crash($"The guest has no handler: {bounce.What}.");
            return;
        }

        Span<ulong> words = stackalloc ulong[MaximumWords];
        words = words[..Fill(words, domain, bounce)];
        if (!vcpu.InKernelMode)
        {
            vcpu.ToggleMode();
            state.Registers[GeneralRegister.Rsp] = vcpu.KernelStackPointer;
        }

        var top = state.Registers[GeneralRegister.Rsp] & ~(StackAlignment - 1);
        var stack = top - ((ulong)words.Length * sizeof(ulong));
        if (!domain.Memory.TryWrite(stack, MemoryMarshal.AsBytes(words)))
        {
            domain.Crash($"The guest's kernel stack cannot take the frame at {stack:x16}: {bounce.What}.");
            return;
        }

        if (bounce.MasksEvents)
        {
            domain.Vcpu.Info.UpcallMask |= 1;
        }

        vcpu.LoadFlatKernelSegments();
        state.Registers[GeneralRegister.Rsp] = stack;
        state.Rip = bounce.Address;
        state.Rflags = (state.Rflags & ~ClearedFlags) | Flags.Interrupt;
        state.InterruptShadow = false;
        state.Registers[GeneralRegister.Rcx] = state.Rip;
        state.Registers[GeneralRegister.R11] = state.Rflags;
        domain.Exits.Observer?.OnDelivery(new Delivery(bounce.What, Vector: null, bounce.Address, vcpu.Processor.Clock.Cycles));
    }

    private static int Fill(Span<ulong> words, Domain domain, Bounce bounce)
    {
        ref var state = ref domain.Vcpu.State;
        var count = 0;
        words[count++] = state.Registers[GeneralRegister.Rcx];
        words[count++] = state.Registers[GeneralRegister.R11];
        if (bounce.HasSegments)
        {
            words[count++] = state.Ds.Selector;
            words[count++] = state.Es.Selector;
            words[count++] = state.Fs.Selector;
            words[count++] = state.Gs.Selector;
        }

        if (bounce.ErrorCode is { } errorCode)
        {
            words[count++] = errorCode;
        }

        var mask = domain.Vcpu.Info.UpcallMask;
        var code = domain.Vcpu.InKernelMode ? state.Cs.Selector & ~PrivilegeMask : state.Cs.Selector;
        words[count++] = state.Rip;
        words[count++] = code | ((ulong)mask << SavedMaskShift);
        words[count++] = (state.Rflags & ~Flags.Interrupt) | (mask == 0 ? Flags.Interrupt : 0);
        words[count++] = state.Registers[GeneralRegister.Rsp];
        words[count++] = state.Ss.Selector;
        return count;
    }
}
