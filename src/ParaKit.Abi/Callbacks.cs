using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of callback_op. Xen public/callback.h, "CALLBACKOP_*".</summary>
public enum CallbackOperation : uint
{
    /// <summary>Register a callback (<see cref="CallbackRegister"/>).</summary>
    Register = 0,
    /// <summary>Unregister a callback (<see cref="CallbackUnregister"/>).</summary>
    Unregister = 1,
}

/// <summary>Kinds of callbacks. Xen public/callback.h, "CALLBACKTYPE_*".</summary>
public enum CallbackType : ushort
{
    /// <summary>An event is pending.</summary>
    Event = 0,
    /// <summary>Loading a segment failed while entering the guest.</summary>
    Failsafe = 1,
    /// <summary>syscall from user mode.</summary>
    Syscall = 2,
    /// <summary>Old value of <see cref="Sysenter"/>.</summary>
    SysenterDeprecated = 3,
    /// <summary>Non-maskable interrupt.</summary>
    Nmi = 4,
    /// <summary>sysenter from user mode.</summary>
    Sysenter = 5,
    /// <summary>syscall from 32-bit user mode.</summary>
    Syscall32 = 7,
}

/// <summary>Argument of register.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CallbackRegister
{
    /// <summary>Flag: entering the callback sets the event mask (CALLBACKF_mask_events).</summary>
    public const ushort MaskEvents = 1;

    /// <summary>IN: which callback.</summary>
    public CallbackType Type;
    /// <summary>IN: <see cref="MaskEvents"/> or 0.</summary>
    public ushort Flags;
    /// <summary>IN: entry address.</summary>
    public ulong Address;
}

/// <summary>Argument of unregister.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CallbackUnregister
{
    /// <summary>IN: which callback.</summary>
    public CallbackType Type;
    /// <summary>Unused.</summary>
    public ushort Unused;
}
