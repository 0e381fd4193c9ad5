using System;
using System.Diagnostics.CodeAnalysis;
using Internal.Runtime;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>Boot and power: what the kernel stands on.</summary>
public static unsafe class Platform
{
    /// <summary>Exit code of a kernel that panicked; for Xen it is SHUTDOWN_crash.</summary>
    public const int PanicExitCode = 3;

    private static BootInformation s_boot;

    /// <summary>Size of the memory that starts at physical address 0, in bytes. Not all of it need be mapped yet.</summary>
    public static ulong MemoryBytes => s_boot.MemoryBytes;

    /// <summary>Lowest physical address that neither the image nor boot data use; everything from here to <see cref="MemoryBytes"/> is free.</summary>
    public static ulong FirstFreeAddress => s_boot.FirstFreeAddress;

    /// <summary>Length of the prefix of memory that is mapped at <see cref="PageTable.KernelBase"/> at boot, in bytes.</summary>
    public static ulong MappedBytes => s_boot.MappedBytes;

    /// <summary>Physical address of the first page behind the image, where a loader may have put something for the kernel.</summary>
    public static ulong ImageEndAddress => LinkerSymbols.ImageEnd - PageTable.KernelBase;

    /// <summary>Physical address of the ACPI root pointer, or 0.</summary>
    internal static ulong AcpiRoot => s_boot.AcpiRoot;

    /// <summary>The command line, ASCII.</summary>
    public static ReadOnlySpan<byte> CommandLine => new(s_boot.CommandLine, s_boot.CommandLineLength);

    /// <summary>Sets up the runtime and the console. The first call of a kernel.</summary>
    /// <param name="bootInformation">The argument of <c>kernel_main</c>.</param>
    [Sensitive("boot", Sensitivity.Platform, Deprivileged = "finds no PVH start info", Becomes = "Xen start of day: start_info, P2M list, shared info page, callbacks", Paravirtual = typeof(ParavirtualPlatform))]
    public static void Initialize(ulong bootInformation)
    {
        InitializeRuntime();
        Uart.Initialize();
        SetBootInformation(PvhStartInfo.Read(bootInformation));
    }

    /// <summary>Ends the machine or domain; does not return.</summary>
    /// <param name="exitCode">0 for success. On Xen this is the shutdown reason, where 0 is "poweroff" and 3 "crash".</param>
    [Sensitive("power off", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "hypercall sched_op(SCHEDOP_shutdown)", Paravirtual = typeof(ParavirtualPlatform))]
    [DoesNotReturn]
    public static void Shutdown(int exitCode)
    {
        X86.Out32(ExitPort, (uint)exitCode);
        X86.Cli();
        while (true)
        {
            X86.Hlt();
        }
    }

    /// <summary>Prints <paramref name="reason"/> and ends the machine with <see cref="PanicExitCode"/>.</summary>
    [DoesNotReturn]
    public static void Fail(ReadOnlySpan<char> reason)
    {
        Console.Write("PANIC: ");
        Console.Write(reason);
        Console.Write("\n");
        Shutdown(PanicExitCode);
    }

    /// <summary>Makes 'new', static fields and panics work.</summary>
    internal static void InitializeRuntime()
    {
        Heap.Initialize(LinkerSymbols.HeapStart, LinkerSymbols.HeapEnd);
        Statics.Initialize();
        Panic.SetHandler(&Fail);
    }

    internal static void SetBootInformation(BootInformation boot) => s_boot = boot;

    // The port of QEMU's isa-debug-exit device, which the simulated machine has too.
    private const ushort ExitPort = 0xf4;
}
