using ParaKit.Abi;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>callback_op and its predecessor set_callbacks: entries into the guest's kernel. Xen public/callback.h.</summary>
internal static class CallbackOp
{
    /// <summary>command, argument. EFAULT, EINVAL, ENOSYS.</summary>
    [Hypercall(HypercallNumber.CallbackOp)]
    public static long Invoke(ref HypercallContext context)
    {
        switch ((CallbackOperation)(uint)context.Argument1)
        {
            case CallbackOperation.Register:
                return HypercallContext.Result(
                    context.TryRead(new GuestPointer<CallbackRegister>(context.Argument2), out var register)
                        ? Register(ref context, register)
                        : Errno.EFAULT);
            case CallbackOperation.Unregister:
                return HypercallContext.Result(
                    context.TryRead(new GuestPointer<CallbackUnregister>(context.Argument2), out var unregister)
                        ? Unregister(ref context, unregister.Type)
                        : Errno.EFAULT);
            default:
                return HypercallContext.Result(Errno.ENOSYS);
        }
    }

    /// <summary>set_callbacks: event, failsafe and system call entry. Addresses that are not canonical are ignored.</summary>
    [Hypercall(HypercallNumber.SetCallbacks)]
    public static long SetCallbacks(ref HypercallContext context)
    {
        Register(ref context, new CallbackRegister { Type = CallbackType.Event, Address = context.Argument1 });
        Register(ref context, new CallbackRegister { Type = CallbackType.Failsafe, Address = context.Argument2 });
        Register(ref context, new CallbackRegister { Type = CallbackType.Syscall, Address = context.Argument3 });
        return 0;
    }

    /// <summary>nmi_op: the older way to register the NMI callback. EFAULT, EINVAL, ENOSYS.</summary>
    [Hypercall(HypercallNumber.NmiOp)]
    public static long NmiOp(ref HypercallContext context)
    {
        const uint RegisterCallback = 0;
        const uint UnregisterCallback = 1;
        switch ((uint)context.Argument1)
        {
            case RegisterCallback:
                return HypercallContext.Result(
                    context.TryRead(new GuestPointer<ulong>(context.Argument2), out var address)
                        ? Register(ref context, new CallbackRegister { Type = CallbackType.Nmi, Address = address })
                        : Errno.EFAULT);
            case UnregisterCallback:
                return HypercallContext.Result(Unregister(ref context, CallbackType.Nmi));
            default:
                return HypercallContext.Result(Errno.ENOSYS);
        }
    }

    private static Errno Register(ref HypercallContext context, CallbackRegister request)
    {
        if (!LinearAddress.IsCanonical(request.Address))
        {
            return Errno.EINVAL;
        }

        var masksEvents = (request.Flags & CallbackRegister.MaskEvents) != 0;
        var vcpu = context.Vcpu;
        switch (request.Type)
        {
            case CallbackType.Event:
                vcpu.EventCallback = request.Address;
                return Errno.None;
            case CallbackType.Failsafe:
                (vcpu.FailsafeCallback, vcpu.FailsafeMasksEvents) = (request.Address, masksEvents);
                return Errno.None;
            case CallbackType.Syscall:
                (vcpu.SyscallCallback, vcpu.SyscallMasksEvents) = (request.Address, masksEvents);
                return Errno.None;
            case CallbackType.Nmi:
                vcpu.NmiCallback = request.Address;
                return Errno.None;
            case CallbackType.Sysenter or CallbackType.Syscall32:
                // Accepted and never called: there is no 32-bit user mode.
                return Errno.None;
            default:
                return Errno.ENOSYS;
        }
    }

    private static Errno Unregister(ref HypercallContext context, CallbackType type)
    {
        switch (type)
        {
            case CallbackType.Nmi:
                context.Vcpu.NmiCallback = 0;
                return Errno.None;
            case CallbackType.Event or CallbackType.Failsafe or CallbackType.Syscall or CallbackType.Sysenter or CallbackType.Syscall32:
                return Errno.EINVAL;
            default:
                return Errno.ENOSYS;
        }
    }
}
