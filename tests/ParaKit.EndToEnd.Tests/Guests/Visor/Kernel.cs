using System.Runtime;
using ParaKit.Guest;

/// <summary>
/// A hypervisor that is a guest: it runs the kernel that the boot loader passed as a module, on nested page tables of its own, by AMD's VMRUN. It hands
/// port accesses and CPUID on, prints nothing, and ends as its guest ends.
/// </summary>
internal static unsafe class Kernel
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        GuestMemory.Initialize();
        ulong entry = GuestLoader.Load((StartInformation*)PageTable.ToVirtual(bootInformation));
        VirtualMachine.Initialize(entry);
        VirtualMachine.Run();
    }
}
