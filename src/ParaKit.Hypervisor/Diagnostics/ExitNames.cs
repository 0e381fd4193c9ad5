using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Diagnostics;

/// <summary>Names under which exits are counted; part of the command line's output.</summary>
internal static class ExitNames
{
    public const string Hypercall = "Hypercall";
    public const string SystemCall = "SystemCall";
    public const string SoftwareInterrupt = "SoftwareInterrupt";
    public const string Timer = "Timer";
    public const string Interrupt = "Interrupt";
    public const string HiddenPageFault = "HiddenPageFault";
    public const string TracedAccess = "TracedAccess";
    public const string Patch = "Patch";
    public const string ExternalInterrupt = "ExternalInterrupt";
    public const string InterruptWindow = "InterruptWindow";
    public const string NestedViolation = "NestedViolation";
    public const string DeviceAccess = "DeviceAccess";
    public const string ApicAccess = "ApicAccess";
    public const string Startup = "Startup";
    public const string PortAccess = "PortAccess";
    public const string VirtualMachineRun = "VirtualMachineRun";
    public const string Cpuid = "Cpuid";
    public const string Halt = "Halt";
    public const string Preemption = "Preemption";
    public const string Other = "Other";

    /// <summary>Name of an exception. Intel SDM vol. 3A, "Protected-Mode Exceptions and Interrupts".</summary>
    public static string OfException(byte vector) => vector switch
    {
        ExceptionVector.DivideError => "DivideError",
        ExceptionVector.Debug => "Debug",
        ExceptionVector.Breakpoint => "Breakpoint",
        ExceptionVector.Overflow => "Overflow",
        ExceptionVector.InvalidOpcode => "InvalidOpcode",
        ExceptionVector.DeviceNotAvailable => "DeviceNotAvailable",
        ExceptionVector.InvalidTss => "InvalidTss",
        ExceptionVector.SegmentNotPresent => "SegmentNotPresent",
        ExceptionVector.StackFault => "StackFault",
        ExceptionVector.GeneralProtection => "GeneralProtection",
        ExceptionVector.PageFault => "PageFault",
        ExceptionVector.X87Error => "X87Error",
        ExceptionVector.AlignmentCheck => "AlignmentCheck",
        ExceptionVector.SimdError => "SimdError",
        _ => Other,
    };
}
