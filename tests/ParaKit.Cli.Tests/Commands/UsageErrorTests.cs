namespace ParaKit.Cli.Tests.Commands;

public sealed class UsageErrorTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("", "Required command was not provided.", "parakit --help")]
    [InlineData("fly", "'fly' is not a command. Commands: run, contrast, trace, memory, audit, show, rewrite, scan, certify, port, experiment, bill, host, create, list, top, vcpu-list, console, sched-set, mem-set, pause, unpause, destroy.", "parakit --help")]
    [InlineData("experiment memory extra", "Unrecognized command or argument 'extra'.", "parakit experiment memory --help")]
    [InlineData("contrast", "Required argument 'guest' missing for command: 'contrast'.", "parakit contrast --help")]
    [InlineData("run x -t zero", "'zero' is not a technique. Known techniques: native, paravirt.", "parakit run --help")]
    [InlineData("run x --bogus", "Unrecognized command or argument '--bogus'.", "parakit run --help")]
    [InlineData("run x --memory 2M", "--memory: '2M' is not a possible memory size; it must be from 4M to 64G.", "parakit run --help")]
    [InlineData("contrast x --memory 2Q", "--memory: '2Q' is not a size; write a whole number with K, M or G, such as 64M.", "parakit contrast --help")]
    [InlineData("run x --max-instructions -1", "--max-instructions: '-1' is not a number of instructions.", "parakit run --help")]
    [InlineData("run x --vcpus 0", "--vcpus: '0' is not a number from 1 to 32.", "parakit run --help")]
    [InlineData("contrast x --vcpus 33", "--vcpus: '33' is not a number from 1 to 32.", "parakit contrast --help")]
    [InlineData("run x --vcpus two", "--vcpus: 'two' is not a number from 1 to 32.", "parakit run --help")]
    [InlineData("run x --max-instructions many", "--max-instructions: 'many' is not a number of instructions.", "parakit run --help")]
    public async Task CommandLine_Wrong_IsOneLineAndHint(string arguments, string message, string help)
    {
        Assert.Equal(2, await _cli.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal($"parakit: error: {message}\nTry '{help}'.\n", _cli.Error);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Guest_Missing_SaysWhatAGuestIs() => await AssertGuestErrorAsync(
        "nowhere", "' does not exist; a guest is a folder with a project, a .csproj file or an .elf image.");

    [Fact]
    public async Task Guest_FolderWithoutProject_SaysSo() => await AssertGuestErrorAsync("", "' contains no .csproj file.");

    [Fact]
    public async Task Guest_FolderWithTwoProjects_NamesThem()
    {
        _cli.Write("B.csproj", []);
        _cli.Write("A.csproj", []);
        await AssertGuestErrorAsync("", "' contains several projects (A.csproj, B.csproj); name one.");
    }

    [Fact]
    public async Task Guest_NotAnImage_SaysSo()
    {
        _cli.Write("text", [.. Enumerable.Repeat((byte)'x', 1000)]);
        await AssertGuestErrorAsync("text", "'text' cannot be read: it does not start with the ELF magic.");
    }

    [Fact]
    public async Task Guest_NativeImageForParavirt_SaysSo() => await AssertGuestErrorAsync(
        "Guest.native.elf", "'Guest.native.elf' has no Xen notes, so it is not a paravirtual image; 'paravirt' runs X.paravirt.elf.", "-t", "paravirt");

    [Fact]
    public async Task Guest_ParavirtImageForNative_SaysSo() => await AssertGuestErrorAsync(
        "Guest.paravirt.elf", "'Guest.paravirt.elf' is a paravirtual image; 'native' runs X.native.elf.", "-t", "native");

    private async Task AssertGuestErrorAsync(string name, string message, params string[] options)
    {
        Assert.Equal(2, await _cli.RunAsync(["run", Path.Combine(_cli.Folder, name), .. options]));
        Assert.EndsWith($"{message}\n", _cli.Error, StringComparison.Ordinal);
        Assert.Single(_cli.Error.TrimEnd().Split('\n'));
        Assert.Empty(_cli.Output);
    }
}
