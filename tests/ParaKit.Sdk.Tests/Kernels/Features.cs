using System.Runtime;
using ParaKit.Guest;

/// <summary>What the core library promises, used once each; every line of output is the same in every mode.</summary>
internal static class Features
{
    private static int s_failures;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        TypeFeatures.Run();
        EqualityFeatures.Run();
        CallFeatures.Run();
        MemoryFeatures.Run();
        NumberFeatures.Run();
        Console.WriteLine(s_failures == 0 ? "all features passed" : "some features FAILED");
        Platform.Shutdown(s_failures);
    }

    internal static void Check(string name, bool passed)
    {
        Console.Write(passed ? "PASS " : "FAIL ");
        Console.WriteLine(name);
        s_failures += passed ? 0 : 1;
    }
}
