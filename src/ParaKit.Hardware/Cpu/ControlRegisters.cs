namespace ParaKit.Hardware.Cpu;

/// <summary>Bits of CR0. Intel SDM vol. 3A, "Control Registers".</summary>
public static class Cr0
{
    /// <summary>PE: protected mode.</summary>
    public const ulong ProtectionEnable = 1 << 0;

    /// <summary>MP: WAIT looks at TS.</summary>
    public const ulong MonitorCoprocessor = 1 << 1;

    /// <summary>EM: x87 and SSE raise exceptions.</summary>
    public const ulong Emulation = 1 << 2;

    /// <summary>TS: x87 and SSE raise #NM.</summary>
    public const ulong TaskSwitched = 1 << 3;

    /// <summary>ET: always one.</summary>
    public const ulong ExtensionType = 1 << 4;

    /// <summary>NE: x87 errors raise #MF.</summary>
    public const ulong NumericError = 1 << 5;

    /// <summary>WP: supervisor writes respect read-only pages.</summary>
    public const ulong WriteProtect = 1 << 16;

    /// <summary>AM: alignment checks possible.</summary>
    public const ulong AlignmentMask = 1 << 18;

    /// <summary>NW</summary>
    public const ulong NotWriteThrough = 1 << 29;

    /// <summary>CD</summary>
    public const ulong CacheDisable = 1 << 30;

    /// <summary>PG: paging.</summary>
    public const ulong Paging = 1u << 31;

    /// <summary>Bits that may be set.</summary>
    public const ulong Defined = ProtectionEnable | MonitorCoprocessor | Emulation | TaskSwitched | ExtensionType
        | NumericError | WriteProtect | AlignmentMask | NotWriteThrough | CacheDisable | Paging;
}

/// <summary>Bits of CR4 that this processor has. Intel SDM vol. 3A, "Control Registers".</summary>
public static class Cr4
{
    /// <summary>TSD: RDTSC needs CPL 0.</summary>
    public const ulong TimeStampDisable = 1 << 2;

    /// <summary>DE: debugging extensions.</summary>
    public const ulong DebuggingExtensions = 1 << 3;

    /// <summary>PSE: no effect in long mode.</summary>
    public const ulong PageSizeExtensions = 1 << 4;

    /// <summary>PAE: one in long mode.</summary>
    public const ulong PhysicalAddressExtension = 1 << 5;

    /// <summary>MCE: kept.</summary>
    public const ulong MachineCheckEnable = 1 << 6;

    /// <summary>PGE: kept; the TLB never keeps global entries.</summary>
    public const ulong PageGlobalEnable = 1 << 7;

    /// <summary>PCE: kept.</summary>
    public const ulong PerformanceCounterEnable = 1 << 8;

    /// <summary>OSFXSR: SSE instructions are allowed.</summary>
    public const ulong OsFxsr = 1 << 9;

    /// <summary>OSXMMEXCPT: unmasked SIMD errors raise #XM.</summary>
    public const ulong OsXmmExceptions = 1 << 10;

    /// <summary>UMIP: SGDT, SIDT, SLDT, SMSW and STR need CPL 0.</summary>
    public const ulong UserModeInstructionPrevention = 1 << 11;

    /// <summary>FSGSBASE: RDFSBASE and relatives are allowed.</summary>
    public const ulong FsGsBase = 1 << 16;

    /// <summary>Bits that may be set.</summary>
    public const ulong Defined = TimeStampDisable | DebuggingExtensions | PageSizeExtensions | PhysicalAddressExtension
        | MachineCheckEnable | PageGlobalEnable | PerformanceCounterEnable | OsFxsr | OsXmmExceptions
        | UserModeInstructionPrevention | FsGsBase;
}

/// <summary>Bits of IA32_EFER. Intel SDM vol. 3A, "Extended Feature Enable Register".</summary>
public static class Efer
{
    /// <summary>SCE: SYSCALL and SYSRET.</summary>
    public const ulong SystemCallEnable = 1 << 0;

    /// <summary>LME: long mode enabled.</summary>
    public const ulong LongModeEnable = 1 << 8;

    /// <summary>LMA: long mode active.</summary>
    public const ulong LongModeActive = 1 << 10;

    /// <summary>NXE: execute-disable.</summary>
    public const ulong NoExecuteEnable = 1 << 11;

    /// <summary>SVME: VMRUN, where the machine offers it. AMD64 Architecture Programmer's Manual vol. 2, "Extended Feature Enable Register (EFER)".</summary>
    public const ulong SecureVirtualMachine = 1 << 12;

    /// <summary>
    /// LMSLE: data accesses keep to segment limits in 64-bit mode, those through GS excepted. AMD64 Architecture Programmer's Manual vol. 2,
    /// "Long Mode Segment Limit Enable (LMSLE) Bit". Only a host sets it here: to WRMSR it is reserved, as on processors that dropped it.
    /// </summary>
    public const ulong SegmentLimitEnable = 1 << 13;

    /// <summary>Bits that WRMSR may set.</summary>
    public const ulong Defined = SystemCallEnable | LongModeEnable | LongModeActive | NoExecuteEnable;
}
