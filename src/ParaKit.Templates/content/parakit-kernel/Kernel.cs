using System.Runtime;
using ParaKit.Guest;

/// <summary>Where the kernel starts, on a bare machine and as a guest.</summary>
internal static class Kernel
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        X86.Cli(); // native: cli; paravirtual: vcpu_info.evtchn_upcall_mask = 1
        Console.WriteLine("Hello from Kernel1");
        Platform.Shutdown(0);
    }
}
