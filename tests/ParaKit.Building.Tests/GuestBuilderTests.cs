namespace ParaKit.Building.Tests;

public sealed class GuestBuilderTests
{
    [Fact]
    public void ReadProperties_RelativeFolder_IsTheProjects()
    {
        var images = GuestBuilder.ReadProperties(
            Path.Combine("a", "Guest.csproj"), """{ "Properties": { "ParaKitImageDirectory": "bin/Release/", "AssemblyName": "Guest" } }""");
        Assert.Equal("Guest", images.Name);
        Assert.Equal(Path.GetFullPath(Path.Combine("a", "bin", "Release")), Path.TrimEndingDirectorySeparator(images.Directory));
    }

    [Fact]
    public void ReadProperties_Backslashes_AreSlashes()
    {
        var images = GuestBuilder.ReadProperties(
            Path.Combine("a", "Guest.csproj"), """{ "Properties": { "ParaKitImageDirectory": "bin\\Debug/net10.0/", "AssemblyName": "Guest" } }""");
        Assert.Equal(Path.GetFullPath(Path.Combine("a", "bin", "Debug", "net10.0")), Path.TrimEndingDirectorySeparator(images.Directory));
    }

    [Fact]
    public void ReadProperties_NoImageFolder_IsNoGuest()
    {
        var exception = Assert.Throws<GuestException>(() => GuestBuilder.ReadProperties(
            "App.csproj", """{ "Properties": { "ParaKitImageDirectory": "", "AssemblyName": "App" } }"""));
        Assert.Equal("'App.csproj' is not a guest kernel: it does not use ParaKit.Sdk.", exception.Message);
    }

    [Fact]
    public void Problems_RepeatedDiagnostics_AppearOnce()
    {
        string[] lines =
        [
            "  Determining projects to restore...",
            "Kernel.cs(3,5): error CS0103: The name 'x' does not exist [Guest.csproj]",
            "Kernel.cs(9,1): warning PK0002: popf is silent [Guest.csproj]",
            "Build FAILED.",
            "  Kernel.cs(3,5): error CS0103: The name 'x' does not exist [Guest.csproj]",
            "    1 Error(s)",
        ];
        Assert.Equal([lines[1], lines[2]], BuildOutput.Problems(lines, onlyDiagnostics: false));
    }

    [Theory]
    [InlineData("MSBUILD : error MSB1009: Project file does not exist.")]
    [InlineData("Sdk.targets(93,5): error : The linker failed [Guest.csproj]")]
    [InlineData("/guest/Kernel.cs(34): error PKLNK002: native stub left")]
    public void Problems_ErrorOfAnyForm_IsFound(string line) => Assert.Equal([line], BuildOutput.Problems(["x", line], onlyDiagnostics: false));

    [Fact]
    public void Problems_NoDiagnostics_GivesAllLinesOrNone()
    {
        string[] lines = ["something went wrong", "0 Warning(s)"];
        Assert.Equal(lines, BuildOutput.Problems(lines, onlyDiagnostics: false));
        Assert.Empty(BuildOutput.Problems(lines, onlyDiagnostics: true));
    }

    [Theory]
    [InlineData("  Guest -> bin/Guest.native.elf", "Guest")]
    [InlineData("Build succeeded.", null)]
    public void BuiltProject_Line_GivesName(string line, string? expected) => Assert.Equal(expected, BuildOutput.BuiltProject(line));
}
