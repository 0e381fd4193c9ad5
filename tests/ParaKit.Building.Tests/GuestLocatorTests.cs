namespace ParaKit.Building.Tests;

public sealed class GuestLocatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parakit-locator-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("Guest.csproj")]
    public async Task Locate_FolderOrProject_IsBuilt(string name)
    {
        Write("Guest.csproj");
        var builder = new FakeBuilder();
        var request = new GuestRequest(Path.Combine(_folder, name)) { Configuration = "Debug" };
        await new GuestLocator(builder).LocateAsync(request, CancellationToken.None);
        Assert.Equal(["find Guest.csproj Debug", "build Guest.csproj Debug"], builder.Calls);
    }

    [Fact]
    public async Task Locate_NoBuild_OnlyAsks()
    {
        Write("Guest.csproj");
        var builder = new FakeBuilder();
        await new GuestLocator(builder).LocateAsync(new GuestRequest(_folder) { Build = false }, CancellationToken.None);
        Assert.Equal(["find Guest.csproj Release"], builder.Calls);
    }

    [Fact]
    public async Task Locate_Image_IsNotBuilt()
    {
        var builder = new FakeBuilder();
        var images = await new GuestLocator(builder).LocateAsync(new GuestRequest(Write("Guest.native.elf")), CancellationToken.None);
        Assert.Empty(builder.Calls);
        Assert.Equal(("Guest", _folder, "native"), (images.Name, images.Directory, images.NamedKind));
    }

    [Theory]
    [InlineData("Guest.native.elf", "Guest", "native")]
    [InlineData("My.Kernel.paravirt.elf", "My.Kernel", "paravirt")]
    [InlineData("Guest.elf", "Guest", null)]
    [InlineData("vmlinux", "vmlinux", null)]
    public void Split_FileName_GivesGuestAndKind(string file, string guest, string? kind) =>
        Assert.Equal((guest, kind), ImageKind.Split(file));

    private string Write(string name)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, "");
        return file;
    }

    private sealed class FakeBuilder : IGuestBuilder
    {
        public List<string> Calls { get; } = [];

        public Task<GuestImages> FindImagesAsync(string project, string configuration, CancellationToken cancellation)
        {
            Calls.Add($"find {Path.GetFileName(project)} {configuration}");
            return Task.FromResult(new GuestImages("Guest", "."));
        }

        public Task BuildAsync(string project, string configuration, CancellationToken cancellation)
        {
            Calls.Add($"build {Path.GetFileName(project)} {configuration}");
            return Task.CompletedTask;
        }
    }
}
