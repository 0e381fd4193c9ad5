using System.Runtime;
using ParaKit.Guest;

internal static class Hello
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        X86.Cli();
        Console.WriteLine("hello from outside");
        Platform.Shutdown(0);
    }
}
