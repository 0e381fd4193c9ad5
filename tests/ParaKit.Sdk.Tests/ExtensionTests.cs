using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>
/// A package with sensitive operations and a hypercall, and a kernel that uses it beside a hypercall and handlers of its own: rewritten,
/// marshalled and dispatched like ParaKit's own.
/// </summary>
[Collection(PackedSdkCollection.Name)]
public sealed class ExtensionTests(PackedSdk sdk)
{
    private static readonly Lock s_gate = new();
    private static GuestProject? s_kernel;

    [Fact]
    public void Native_RunsTheNativeForms()
    {
        RunResult result = Kernel().Boot("native");
        Assert.Equal(("breakpoint\nticks\nled: native\n98\n-38\n48879\n-38\n-38\n", 0), (Text(result), result.ExitCode));
    }

    [Fact]
    public void Paravirt_HypervisorWithTheCalls_ServesThem()
    {
        List<ulong> colours = [];
        RunResult result = Run(new Dictionary<int, GuestHypercallHandler>
        {
            [50] = Measure,
            [51] = call =>
            {
                colours.Add(call.Argument(0));
                return 0;
            },
        });
        Assert.Equal(("breakpoint\nticks\n99\n0\n10\n-22\n-14\n", 0), (Text(result), result.ExitCode));
        Assert.Equal([3ul], colours);
        Assert.Equal(0, result.Exits.GetValueOrDefault("GeneralProtection"));
    }

    [Fact]
    public void Paravirt_HypervisorWithoutThem_AnswersThatItHasNone()
    {
        RunResult result = Run([]);
        Assert.Equal("breakpoint\nticks\nled: refused\n99\n-38\n0\n-38\n-38\n", Text(result));
    }

    [XenFact]
    public void Paravirt_RealXen_AnswersThatItHasNone() => Assert.Equal(
        ["breakpoint", "ticks", "led: refused", "99", "-38", "0", "-38", "-38"], RealXen.Run(Kernel().ImagePath("paravirt")).Lines);

    private static string Text(RunResult result) => result.Console.ReplaceLineEndings("\n");

    /// <summary>Measure(kind, region, result): the sum of the region's bytes.</summary>
    private static long Measure(GuestHypercall call)
    {
        if (call.Argument(0) != 1)
        {
            return GuestHypercall.Result(Errno.EINVAL);
        }

        if (!call.TryRead(call.Argument(1), out (ulong Start, ulong Length) region) || region.Length > 4096)
        {
            return GuestHypercall.Result(Errno.EFAULT);
        }

        var bytes = new byte[region.Length];
        return call.TryRead(region.Start, bytes) && call.TryWrite(call.Argument(2), (ulong)bytes.Sum(b => b)) ? 0 : GuestHypercall.Result(Errno.EFAULT);
    }

    private RunResult Run(Dictionary<int, GuestHypercallHandler> handlers)
    {
        KernelImage image = KernelImage.Load(File.ReadAllBytes(Kernel().ImagePath("paravirt")), "extensions");
        return new ParavirtTechnique().Run(new RunRequest(image) { MaxInstructions = 50_000_000, Hypercalls = handlers });
    }

    private GuestProject Kernel()
    {
        lock (s_gate)
        {
            return s_kernel ??= Build();
        }
    }

    private GuestProject Build()
    {
        GuestProject library = sdk.CreateProject("Led.cs");
        library.Write("Kernel.csproj", $"""
            <Project Sdk="ParaKit.Sdk/{sdk.Version}">
              <PropertyGroup>
                <ParaKitLibrary>true</ParaKitLibrary>
                <AssemblyName>{PackedSdk.LibraryName}</AssemblyName>
                <Version>{sdk.Version}</Version>
              </PropertyGroup>
            </Project>
            """);
        ChildProcess.Outcome outcome = library.Run("pack", "-o", sdk.Feed);
        Assert.True(outcome.ExitCode == 0, outcome.Output);

        GuestProject kernel = sdk.CreateProject("Extensions.cs");
        kernel.Write("Kernel.csproj", $"""
            <Project Sdk="ParaKit.Sdk/{sdk.Version}">
              <ItemGroup>
                <PackageReference Include="{PackedSdk.LibraryName}" Version="{sdk.Version}" />
              </ItemGroup>
            </Project>
            """);
        kernel.BuildSuccessfully();
        return kernel;
    }
}
