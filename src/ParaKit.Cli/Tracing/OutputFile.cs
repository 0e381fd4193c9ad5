namespace ParaKit.Cli.Tracing;

/// <summary>A file that appears under its name only when it is complete: until then it has another name in the same folder.</summary>
internal sealed class OutputFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _isComplete;

    /// <summary>Opens the file.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public OutputFile(string path)
    {
        Path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        if (Directory.Exists(path))
        {
            throw new UsageException($"Cannot write '{path}': it is a folder.");
        }

        try
        {
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"Cannot write '{path}': {exception.Message}");
        }
    }

    /// <summary>Its name when complete.</summary>
    public string Path { get; }

    /// <summary>Takes what is to be in it.</summary>
    public Stream Stream => _stream;

    /// <summary>Gives the file its name; one that was there is replaced.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public void Complete()
    {
        try
        {
            _stream.Dispose();
            File.Move(_temporary, Path, overwrite: true);
            _isComplete = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Cannot write '{Path}': {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isComplete)
        {
            return;
        }

        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is not wanted either.
        }

        File.Delete(_temporary);
    }
}
