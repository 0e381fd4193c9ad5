using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>A test that needs an x86-64 Linux host; elsewhere it is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HostProcessorFactAttribute : FactAttribute
{
    public HostProcessorFactAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !OperatingSystem.IsLinux())
        {
            Skip = "needs an x86-64 Linux host, whose processor is the oracle";
        }
    }
}
