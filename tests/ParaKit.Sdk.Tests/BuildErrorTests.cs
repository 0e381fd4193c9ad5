using System.Text.RegularExpressions;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>Errors of a guest build appear in MSBuild's form, at the line of C# that causes them.</summary>
[Collection(PackedSdkCollection.Name)]
public sealed class BuildErrorTests(PackedSdk sdk)
{
    private const string Kernel = """
        using System.Runtime;
        using System.Runtime.CompilerServices;
        using ParaKit.Guest;

        internal static unsafe class Kernel
        {
            [RuntimeExport("kernel_main")]
            private static void Main(ulong bootInformation)
            {
                Platform.Initialize(bootInformation);
                Use(1.5);
            }

            [MethodImpl(MethodImplOptions.NoInlining)]
            private static void Use(double value)
            {
                BODY
            }
        }

        """;

    [Fact]
    public void LeakedNativeOperation_IsPKLINK002AtItsLine()
    {
        GuestProject project = Project("delegate*<void> leak = &X86.Cli; leak();");
        Assert.Contains("error PK0003", project.BuildWithErrors(), StringComparison.Ordinal);
        string output = project.BuildWithErrors("-p:NoWarn=PK0003");
        AssertErrorAt(project, 17, "PKLINK002", output);
        Assert.Contains("pk_x86_cli", output, StringComparison.Ordinal);
        Assert.True(File.Exists(project.ImagePath("native")));
        Assert.False(File.Exists(project.ImagePath("paravirt")));
    }

    [Fact]
    public void UndefinedSymbol_IsPKLINK001AtItsLine_AndRemovesAnOlderImage()
    {
        GuestProject project = Project("Platform.Shutdown((int)value);");
        project.BuildSuccessfully("-p:ParaKitModes=native");
        project.Write("Kernel.cs", Source("Platform.Shutdown((int)(value % 0.7));"));
        string output = project.BuildWithErrors("-p:ParaKitModes=native");
        AssertErrorAt(project, 17, "PKLINK001", output);
        Assert.Contains("undefined symbol 'fmod'", output, StringComparison.Ordinal);
        Assert.False(File.Exists(project.ImagePath("native")));
    }

    [Fact]
    public void GeneratorThatDoesNotLoad_IsAnError()
    {
        GuestProject project = sdk.CreateProject("Hello.cs");
        project.Write("Broken.dll", "this is no assembly");
        project.Write("Directory.Build.targets", """<Project><ItemGroup><Analyzer Include="$(MSBuildThisFileDirectory)Broken.dll" /></ItemGroup></Project>""");
        Assert.Contains("error CS8034", project.BuildWithErrors(), StringComparison.Ordinal);
        string[] errors = project.Run("msbuild", "-getProperty:WarningsAsErrors").Output.Trim().Split(';');
        Assert.Superset(new HashSet<string> { "CS9057", "CS8032", "CS8034", "CS8785" }, errors.ToHashSet());
    }

    [Fact]
    public void GeneratorSwitchedOff_IsPKLINK002()
    {
        GuestProject project = Project("X86.Cli();");
        project.Write("Directory.Build.targets", """<Project><Target Name="Off" BeforeTargets="CoreCompile"><ItemGroup><Analyzer Remove="@(Analyzer)" /></ItemGroup></Target></Project>""");
        AssertErrorAt(project, 17, "PKLINK002", project.BuildWithErrors("-p:ParaKitModes=paravirt"));
        Assert.False(File.Exists(project.ImagePath("paravirt")));
    }

    [Fact]
    public void HandWrittenStub_IsPKLINK002AtItsCall()
    {
        GuestProject project = Project("Stub.ClearInterruptFlag();");
        project.Write("Stub.cs", """
            using System.Runtime;
            using System.Runtime.CompilerServices;

            internal static class Stub
            {
                [MethodImpl(MethodImplOptions.InternalCall)]
                [RuntimeImport("*", "pk_x86_cli")]
                public static extern void ClearInterruptFlag();
            }
            """);
        AssertErrorAt(project, 17, "PKLINK002", project.BuildWithErrors("-p:ParaKitModes=paravirt"));
        Assert.False(File.Exists(project.ImagePath("paravirt")));
    }

    [Fact]
    public void ByteBlobThatIsCalled_IsFoundByTheCertificateAtItsCall()
    {
        GuestProject project = Project("fixed (byte* code = Blob.Code) { ((delegate*<void>)code)(); }");
        project.Write("Blob.cs", """
            internal static class Blob
            {
                public static System.ReadOnlySpan<byte> Code => [0xfa, 0xc3]; // cli, ret
            }
            """);
        Assert.Contains("error PK0003", project.BuildWithErrors("-p:ParaKitModes=paravirt"), StringComparison.Ordinal);
        string output = project.BuildWithErrors("-p:ParaKitModes=paravirt", "-p:NoWarn=PK0003", "-p:Optimize=true");
        AssertErrorAt(project, 17, "PKCERT001", output);
        Assert.Contains("cli", output, StringComparison.Ordinal);
        Assert.False(File.Exists(project.ImagePath("paravirt")));
    }

    private static string Source(string body) => Kernel.Replace("BODY", body, StringComparison.Ordinal);

    private static void AssertErrorAt(GuestProject project, int line, string code, string output) =>
        Assert.True(Regex.IsMatch(output, $@"(?m)^{Regex.Escape(Path.Join(project.Folder, "Kernel.cs"))}\({line}\): error {code}: "), output);

    private GuestProject Project(string body)
    {
        GuestProject project = sdk.CreateProject();
        project.Write("Kernel.cs", Source(body));
        return project;
    }
}
