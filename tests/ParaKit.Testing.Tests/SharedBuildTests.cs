using ParaKit.Building;

namespace ParaKit.Testing.Tests;

/// <summary>Builds of a project that only counts how often it is built.</summary>
public sealed class SharedBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parakit-testing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ManyCallers_WaitForOneBuild_AndItsErrorsAreTheirs()
    {
        Write("""
            <WriteLinesToFile File="builds.txt" Lines="$(Configuration)" />
            <Error Code="X001" Text="no kernel today" />
            """);
        var starts = Enumerable.Range(0, 8).Select(_ => GuestRun.StartAsync(_folder, "native", new GuestRunOptions { Configuration = "Release" })).ToArray();
        foreach (var start in starts)
        {
            var exception = await Assert.ThrowsAsync<GuestException>(() => start);
            Assert.Matches(@"^The build of '.*Fake\.csproj' failed\.\r?\n.*error X001: no kernel today", exception.Message);
        }

        Assert.Equal(["Release"], File.ReadAllLines(Path.Join(_folder, "builds.txt")));
    }

    [Fact]
    public async Task CancelledCaller_LeavesTheBuildToTheOthers()
    {
        Write("""<WriteLinesToFile File="builds.txt" Lines="built" />""");
        using var source = new CancellationTokenSource();
        var impatient = SharedBuilds.LocateAsync(_folder, "Debug", build: true, source.Token);
        var patient = SharedBuilds.LocateAsync(_folder, "Debug", build: true, CancellationToken.None);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal("Fake", (await patient).Name);
        Assert.Single(File.ReadAllLines(Path.Join(_folder, "builds.txt")));
    }

    [Fact]
    public async Task WithoutBuild_NothingIsBuilt()
    {
        Write("""<WriteLinesToFile File="builds.txt" Lines="built" />""");
        var exception = await Assert.ThrowsAsync<GuestException>(() => GuestRun.StartAsync(_folder, "trap", new GuestRunOptions { Build = false }));
        Assert.Matches(@"^There is no native image at '.*Fake\.native\.elf': build the guest with 'native' among its ParaKitModes\.$", exception.Message);
        Assert.False(File.Exists(Path.Join(_folder, "builds.txt")));
    }

    // Evaluates as a guest does; MSBuild needs nothing else for it.
    private void Write(string build) => File.WriteAllText(Path.Join(_folder, "Fake.csproj"), $"""
        <Project DefaultTargets="Build">
          <PropertyGroup>
            <ParaKitImageDirectory>bin/</ParaKitImageDirectory>
            <AssemblyName>Fake</AssemblyName>
          </PropertyGroup>
          <Target Name="Restore" />
          <Target Name="Build">
            {build}
          </Target>
        </Project>
        """);
}
