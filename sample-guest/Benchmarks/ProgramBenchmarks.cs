using System;
using ParaKit.Guest;

/// <summary>
/// What programs ask for: rows of lmbench that the Xen paper shows (Barham et al. 2003, "Xen and the Art of Virtualization", tables 3 to 5) as far as
/// this kernel has them.
/// </summary>
internal static class ProgramBenchmarks
{
    private const ulong Faults = 1000;

    [MaySleep]
    public static void Run()
    {
        Measure("null call", Measurements.NullCall, Measurements.Calls);
        Measure("fork", Measurements.Fork, Measurements.Starts);
        Measure("exec", Measurements.Execute, Measurements.Starts);
        Switches();
        Measure("mmap", Measurements.MapMemory, Measurements.Mappings);
        ProtectionFaults();
        Measure("page fault", Measurements.PageFault, Measurements.Mappings * Measurements.MappedPages);
    }

    [MaySleep]
    private static void Switches()
    {
        Switch("context switch 2p/0K", 2, 0);
        Switch("context switch 2p/16K", 2, 16);
        Switch("context switch 2p/64K", 2, 64);
        Switch("context switch 8p/16K", 8, 16);
        Switch("context switch 8p/64K", 8, 64);
        Switch("context switch 16p/16K", 16, 16);
        Switch("context switch 16p/64K", 16, 64);
    }

    [MaySleep]
    private static void Switch(ReadOnlySpan<char> name, ulong processes, ulong kibibytes) => Measure(
        name,
        Measurements.Switch | (processes << Measurements.FieldBits) | (kibibytes << (2 * Measurements.FieldBits)),
        Measurements.Passes);

    [MaySleep]
    private static void ProtectionFaults()
    {
        FaultProbe.Arm(Faults);
        Process.Run(UserProgram.Measure | (Measurements.ProtectionFault << UserProgram.ArgumentShift));
        Microbenchmarks.Report("protection fault", FaultProbe.Elapsed, Faults);
    }

    [MaySleep]
    private static void Measure(ReadOnlySpan<char> name, ulong measurement, ulong count)
    {
        ulong time = Process.Run(UserProgram.Measure | (measurement << UserProgram.ArgumentShift)).ExitCode;
        Microbenchmarks.Report(name, time, count);
    }
}
