using System;
using System.Runtime;
using ParaKit.Guest;

/// <summary>Allocates before there is a heap: what a lambda captures in Main is allocated where Main begins.</summary>
internal static class Early
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Action shutDown = () => Platform.Shutdown((int)bootInformation);
        shutDown();
    }
}
