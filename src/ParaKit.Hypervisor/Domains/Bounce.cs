namespace ParaKit.Hypervisor.Domains;

/// <summary>An entry into the guest's kernel that is about to happen.</summary>
/// <param name="Address">Where it enters; 0 crashes the domain.</param>
/// <param name="What">What it is, for the crash message.</param>
/// <param name="MasksEvents">Whether it closes the event mask.</param>
/// <param name="ErrorCode">Error code in the frame, if there is one.</param>
/// <param name="HasSegments">Whether the frame has DS, ES, FS and GS.</param>
internal readonly record struct Bounce(ulong Address, string What, bool MasksEvents, uint? ErrorCode = null, bool HasSegments = false)
{
    /// <summary>The entry for frames that cannot be returned to.</summary>
    public static Bounce Failsafe(VirtualCpu vcpu) =>
        new(vcpu.FailsafeCallback, "failsafe callback", vcpu.FailsafeMasksEvents, HasSegments: true);

    /// <summary>The entry for events.</summary>
    public static Bounce Event(VirtualCpu vcpu) => new(vcpu.EventCallback, "event callback", MasksEvents: true);

    /// <summary>The entry for system calls.</summary>
    public static Bounce SystemCall(VirtualCpu vcpu) => new(vcpu.SyscallCallback, "system call callback", vcpu.SyscallMasksEvents);
}
