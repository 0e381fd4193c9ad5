using ParaKit.Image;

namespace ParaKit.Cli.Guests;

/// <summary>Image files that a user names.</summary>
internal static class ImageFile
{
    /// <summary>Loads a kernel image.</summary>
    /// <exception cref="UsageException">The file does not exist or cannot be read.</exception>
    /// <exception cref="ImageFormatException">It is no kernel image.</exception>
    public static KernelImage Load(string path) => KernelImage.Load(Read(path), Path.GetFileName(path));

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It does not exist or cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>Writes a file as a whole: under another name first, so that an interruption leaves the old one.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        var temporary = path + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where the folder is missing, Delete would fail in its turn.
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new UsageException($"'{path}' cannot be written: {exception.Message}");
        }
    }
}
