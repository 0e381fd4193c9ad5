namespace ParaKit.Abi;

/// <summary>
/// Number of a hypercall, passed in RAX. Xen public/xen.h, "HYPERCALLS". Append only.
/// </summary>
/// <remarks>
/// Names are Xen's <c>__HYPERVISOR_*</c> names with each word capitalised, so the Xen spelling is the snake-case form of the member
/// (<see cref="SetTrapTable"/> is <c>set_trap_table</c>). The number is an index of 32-byte stubs in the hypercall page.
/// </remarks>
public enum HypercallNumber : uint
{
    /// <summary>set_trap_table(const trap_info_t traps[]).</summary>
    SetTrapTable = 0,
    /// <summary>mmu_update(const mmu_update_t reqs[], count, unsigned *done, domid).</summary>
    MmuUpdate = 1,
    /// <summary>set_gdt(const xen_pfn_t frames[], entries).</summary>
    SetGdt = 2,
    /// <summary>stack_switch(ss, rsp).</summary>
    StackSwitch = 3,
    /// <summary>set_callbacks(event, failsafe, syscall).</summary>
    SetCallbacks = 4,
    /// <summary>fpu_taskswitch(set).</summary>
    FpuTaskswitch = 5,
    /// <summary>sched_op of interface versions before 0x00030101.</summary>
    SchedOpCompat = 6,
    /// <summary>platform_op(op): initial domain only.</summary>
    PlatformOp = 7,
    /// <summary>set_debugreg(regno, value).</summary>
    SetDebugreg = 8,
    /// <summary>get_debugreg(regno).</summary>
    GetDebugreg = 9,
    /// <summary>update_descriptor(machine address, descriptor).</summary>
    UpdateDescriptor = 10,
    /// <summary>memory_op(cmd, arg).</summary>
    MemoryOp = 12,
    /// <summary>multicall(entries, count).</summary>
    Multicall = 13,
    /// <summary>update_va_mapping(va, pte, flags).</summary>
    UpdateVaMapping = 14,
    /// <summary>set_timer_op(absolute nanoseconds).</summary>
    SetTimerOp = 15,
    /// <summary>event_channel_op of interface versions before 0x00030202.</summary>
    EventChannelOpCompat = 16,
    /// <summary>xen_version(cmd, arg).</summary>
    XenVersion = 17,
    /// <summary>console_io(cmd, count, buffer).</summary>
    ConsoleIo = 18,
    /// <summary>physdev_op of interface versions before 0x00030202.</summary>
    PhysdevOpCompat = 19,
    /// <summary>grant_table_op(cmd, args, count).</summary>
    GrantTableOp = 20,
    /// <summary>vm_assist(cmd, type).</summary>
    VmAssist = 21,
    /// <summary>update_va_mapping_otherdomain(va, pte, flags, domid).</summary>
    UpdateVaMappingOtherdomain = 22,
    /// <summary>iret(): arguments on the kernel stack, see <see cref="IretContext"/>.</summary>
    Iret = 23,
    /// <summary>vcpu_op(cmd, vcpuid, arg).</summary>
    VcpuOp = 24,
    /// <summary>set_segment_base(which, base).</summary>
    SetSegmentBase = 25,
    /// <summary>mmuext_op(ops, count, unsigned *done, domid).</summary>
    MmuextOp = 26,
    /// <summary>xsm_op(op): security modules.</summary>
    XsmOp = 27,
    /// <summary>nmi_op(cmd, arg).</summary>
    NmiOp = 28,
    /// <summary>sched_op(cmd, arg).</summary>
    SchedOp = 29,
    /// <summary>callback_op(cmd, arg).</summary>
    CallbackOp = 30,
    /// <summary>xenoprof_op(cmd, arg).</summary>
    XenoprofOp = 31,
    /// <summary>event_channel_op(cmd, arg).</summary>
    EventChannelOp = 32,
    /// <summary>physdev_op(cmd, arg).</summary>
    PhysdevOp = 33,
    /// <summary>hvm_op(cmd, arg): hardware-assisted domains only.</summary>
    HvmOp = 34,
    /// <summary>sysctl(op): control domain only.</summary>
    Sysctl = 35,
    /// <summary>domctl(op): control domain only.</summary>
    Domctl = 36,
    /// <summary>kexec_op(cmd, arg): initial domain only.</summary>
    KexecOp = 37,
    /// <summary>tmem_op: removed from Xen.</summary>
    TmemOp = 38,
    /// <summary>argo_op(cmd, ...).</summary>
    ArgoOp = 39,
    /// <summary>xenpmu_op(cmd, arg).</summary>
    XenpmuOp = 40,
    /// <summary>dm_op(domid, buffers): device models only.</summary>
    DmOp = 41,
    /// <summary>hypfs_op(cmd, ...).</summary>
    HypfsOp = 42,
    /// <summary>First architecture-specific number (mca on x86).</summary>
    Arch0 = 48,
    /// <summary>Architecture-specific number (paging_domctl_cont on x86).</summary>
    Arch1 = 49,
}
