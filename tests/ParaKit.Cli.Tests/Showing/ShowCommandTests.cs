using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Showing;

[UsesVerify]
public sealed class ShowCommandTests : IDisposable
{
    // Operations of its own, whose counterparts stay calls: what is shown does not change with the guest library.
    private const string Kernel = """
        using System.Runtime;
        using System.Runtime.CompilerServices;
        using ParaKit.Guest;

        internal static unsafe class Kernel
        {
            [RuntimeExport("kernel_main")]
            private static void Main(ulong boot)
            {
                Debug.Write(7, boot);
                if (Debug.Read(6) != 0)
                {
                    Debug.Write(
                        6,
                        Debug.Read(7));
                }

                while (true)
                {
                }
            }

            [RuntimeExport("kernel_trap")]
            private static TrapFrame* Handle(TrapFrame* frame) => frame;

            private static void Unused() => Debug.Write(1, 1);
        }

        public static class Debug
        {
            [Sensitive("mov r64, dr", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall get_debugreg", Paravirtual = typeof(ParavirtualDebug))]
            public static ulong Read(int register) => 0;

            [Sensitive("mov dr, r64", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall set_debugreg", Paravirtual = typeof(ParavirtualDebug))]
            public static void Write(int register, ulong value)
            {
            }
        }

        public static class ParavirtualDebug
        {
            private static ulong s_last;

            [MethodImpl(MethodImplOptions.NoInlining)]
            public static ulong Read(int register) => s_last + (ulong)register;

            [MethodImpl(MethodImplOptions.NoInlining)]
            public static void Write(int register, ulong value) => s_last = value;
        }
        """;

    private readonly GuestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_SmallGuest_IsStable()
    {
        _folder.Write("Directory.Build.props", "<Project><PropertyGroup><Optimize>true</Optimize></PropertyGroup></Project>");
        _folder.WriteProject("Small.csproj");
        _folder.Write("Kernel.cs", Kernel);
        using CommandLine text = new(), json = new(), one = new(), none = new();
        Assert.Equal(0, await text.RunAsync("show", _folder.Folder));
        await Verifier.Verify(text.Output);

        Assert.Equal(0, await json.RunAsync("show", _folder.Folder, "--no-build", "--json"));
        var document = JsonNode.Parse(json.Output)!;
        Assert.Empty(JsonSchema.ForShowReport().Problems(document));
        Assert.Equal(5, document["calls"]!.AsArray().Count);

        Assert.Equal(0, await one.RunAsync("show", _folder.Folder, "--no-build", "--operation", "Debug.Read"));
        Assert.StartsWith("Kernel.cs(11): Kernel.Main(ulong)\n  source       Debug.Read(6)\n", one.Output, StringComparison.Ordinal);

        Assert.Equal(2, await none.RunAsync("show", _folder.Folder, "--no-build", "--operation", "X86.Cli"));
        Assert.EndsWith("parakit: error: No call of 'X86.Cli' is rewritten. Rewritten are: Debug.Read, Debug.Write.\n", none.Error, StringComparison.Ordinal);
        Assert.Empty(none.Output);
    }

    [Fact]
    public async Task Show_OfAnImage_AsksForTheProject()
    {
        using var cli = new CommandLine();
        Assert.Equal(2, await cli.RunAsync("show", cli.Paravirt));
        Assert.Equal(
            "parakit: error: '{folder}/Guest.paravirt.elf' is not a project; source is shown beside the code, so name the .csproj file or its folder.\n",
            cli.Error);
    }

    [Fact]
    public async Task Show_OfAnotherProject_SaysItIsNoGuest()
    {
        _folder.Write("App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        using var cli = new CommandLine();
        Assert.Equal(2, await cli.RunAsync("show", _folder.Folder, "--no-build"));
        Assert.EndsWith("App.csproj' is not a guest kernel: it does not use ParaKit.Sdk.\n", cli.Error, StringComparison.Ordinal);
    }
}
