namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>A file for a guest's disk, gone at the end.</summary>
internal sealed class TemporaryDisk : IDisposable
{
    public TemporaryDisk(ulong bytes)
    {
        using var file = File.OpenWrite(Path);
        file.SetLength((long)bytes);
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
