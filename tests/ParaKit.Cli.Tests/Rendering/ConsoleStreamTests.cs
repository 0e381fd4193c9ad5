using System.Diagnostics;
using System.Text;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Tests.Rendering;

public sealed class ConsoleStreamTests
{
    [Fact]
    public void Write_AnyBytes_ArriveUnchanged()
    {
        byte[] bytes = [.. Enumerable.Range(0, 10_000).Select(i => (byte)i)];
        using var output = new MemoryStream();
        using (var console = new ConsoleStream(output))
        {
            console.Write(bytes);
        }

        Assert.Equal(bytes, output.ToArray());
    }

    [Fact]
    public void Write_WholeLine_ArrivesAtOnce()
    {
        using var output = new MemoryStream();
        using var console = new ConsoleStream(output);
        console.Write("line\npart"u8);
        Assert.StartsWith("line\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_PartOfLine_ArrivesSoon()
    {
        using var output = new MemoryStream();
        using var console = new ConsoleStream(output);
        console.Write("> "u8);
        var watch = Stopwatch.StartNew();
        while (output.Length == 0 && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(20);
        }

        Assert.Equal("> "u8.ToArray(), output.ToArray());
    }
}
