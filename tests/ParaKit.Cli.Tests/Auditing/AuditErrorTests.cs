namespace ParaKit.Cli.Tests.Auditing;

public sealed class AuditErrorTests : IDisposable
{
    private readonly GuestFolder _folder = new();
    private readonly CommandLine _cli = new();

    private string Error => _cli.Error.Replace(_folder.Folder, "{guest}", StringComparison.Ordinal);

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Source_ThatDoesNotCompile_IsReportedAndAudited()
    {
        _folder.WriteProject("Bad.csproj");
        _folder.Write("Kernel.cs", "using ParaKit.Guest;\ninternal static class Kernel\n{\n    static void M() { X86.Cli(); Missing(); X86.Sti(); }\n}\n");
        Assert.Equal(1, await _cli.RunAsync("audit", _folder.Folder));
        Assert.Contains("Kernel.cs(4,34): error CS0103: The name 'Missing' does not exist in the current context\n", Error, StringComparison.Ordinal);
        Assert.EndsWith("parakit: error: the source does not compile; uses in code that the compiler does not understand are missing from the audit.\n", Error, StringComparison.Ordinal);
        Assert.Contains("Totals: 2 uses in 1 file of Bad.csproj (Bad)", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Project><Oops", "MSB4025")]
    [InlineData("<Project><Import Project=\"missing.props\" /></Project>", "MSB4019")]
    public async Task Project_ThatDoesNotLoad_GivesMSBuildsErrors(string text, string code)
    {
        _folder.Write("Bad.csproj", text);
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Folder));
        Assert.Contains($"error {code}:", Error, StringComparison.Ordinal);
        Assert.EndsWith("parakit: error: '{guest}/Bad.csproj' does not load.\n", Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Project_ThatDoesNotLoadUnrestored_GivesMSBuildsErrors()
    {
        _folder.Write("Bad.csproj", "<Project><Import Project=\"missing.props\" /></Project>");
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Folder, "--no-restore"));
        Assert.Contains("missing.props", Error, StringComparison.Ordinal);
        Assert.EndsWith("parakit: error: '{guest}/Bad.csproj' does not load.\n", Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Project_ThatIsNoGuest_SaysSo()
    {
        _folder.Write("App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        _folder.Write("App.cs", "internal static class App { }");
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Folder));
        Assert.EndsWith("parakit: error: '{guest}/App.csproj' is not a guest: it does not use ParaKit.Sdk or reference ParaKit.Guest.\n", Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Solution_OfGuestsAndOthers_AuditsTheGuests()
    {
        _folder.Write("App/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        _folder.WriteProject("First/First.csproj");
        _folder.Write("First/Kernel.cs", "internal static class Kernel { static void M() => ParaKit.Guest.X86.Cli(); }");
        _folder.WriteProject("Second/Second.csproj");
        _folder.Write("Second/Kernel.cs", "internal static class Kernel { static void M() => ParaKit.Guest.X86.Sti(); }");
        _folder.Write("All.slnx", "<Solution><Project Path=\"App/App.csproj\" /><Project Path=\"First/First.csproj\" /><Project Path=\"Second/Second.csproj\" /></Solution>");
        Assert.Equal(0, await _cli.RunAsync("audit", _folder.Folder));
        Assert.Contains("Totals: 2 uses in 2 files of All.slnx (First, Second)", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("First/Kernel.cs\n  Kernel.M()\n", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_ThatIsNothing_SaysWhatIsRead()
    {
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Path("nowhere")));
        Assert.Equal("parakit: error: '{guest}/nowhere' does not exist; name a folder, a .csproj file or a solution.\n", Error);
    }

    [Fact]
    public async Task Path_OfAnotherFile_SaysWhatIsRead()
    {
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Write("a.txt", "")));
        Assert.Equal("parakit: error: '{guest}/a.txt' is neither a C# project nor a solution (.csproj, .sln, .slnx, .slnf).\n", Error);
    }

    [Fact]
    public async Task Folder_WithTwoProjects_NamesThem()
    {
        _folder.Write("B.csproj", "");
        _folder.Write("A.csproj", "");
        Assert.Equal(2, await _cli.RunAsync("audit", _folder.Folder));
        Assert.Equal("parakit: error: The folder '{guest}' contains several projects (A.csproj, B.csproj); name one.\n", Error);
    }
}
