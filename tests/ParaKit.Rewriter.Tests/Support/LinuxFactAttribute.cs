namespace ParaKit.Rewriter.Tests.Support;

/// <summary>A test that needs a Linux kernel: skipped with the reason where the environment names none.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = Kernels.LinuxSkip;
}
