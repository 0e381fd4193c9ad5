using System.Text;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests;

/// <summary>Runs command lines inside a folder of its own, which has the two images of a guest.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public CommandLine()
    {
        Folder = Directory.CreateTempSubdirectory("parakit-cli-").FullName;
        Native = Write("Guest.native.elf", TestImages.Native);
        Paravirt = Write("Guest.paravirt.elf", TestImages.Paravirt);
    }

    public string Folder { get; }

    public string Native { get; }

    public string Paravirt { get; }

    /// <summary>Standard input.</summary>
    public Stream Input { get; set; } = Stream.Null;

    public FakeTechnique[] Techniques { get; set; } = [new(TestRuns.Native), new(TestRuns.Paravirt)];

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    /// <summary>Standard error; the folder's name, which differs in every test, is replaced.</summary>
    public string Error => _error.ToString().Replace(Folder, "{folder}", StringComparison.Ordinal);

    public string Write(string name, byte[] content)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllBytes(file, content);
        return file;
    }

    public Task<int> RunAsync(params string[] arguments) => RunAsync([.. Techniques.Cast<ITechnique>()], arguments);

    public Task<int> RunAsync(IReadOnlyList<ITechnique> techniques, string[] arguments) =>
        new Application(new Terminal(_output, _error) { Input = Input }, techniques).RunAsync(arguments);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        _error.Dispose();
        _output.Dispose();
    }
}
