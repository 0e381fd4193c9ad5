using ParaKit.Image;

namespace ParaKit.Building;

/// <summary>The images of one guest.</summary>
/// <param name="Name">Name of the guest: its assembly's, or the image's without kind and extension.</param>
/// <param name="Directory">Folder of the images.</param>
public sealed record GuestImages(string Name, string Directory)
{
    /// <summary>The image that the user named; null if a project or folder was named.</summary>
    public string? NamedFile { get; init; }

    /// <summary>Kind of the named image as its name tells it.</summary>
    public string? NamedKind { get; init; }

    /// <summary>Whether there is an image of a kind.</summary>
    /// <param name="kind">A name of <see cref="ImageKind"/>.</param>
    public bool Has(string kind) => File.Exists(Path.Combine(Directory, ImageKind.FileName(Name, kind)));

    /// <summary>Loads the image that a technique runs, and sees to it that it is of the right kind.</summary>
    /// <param name="technique">Name of the technique.</param>
    /// <param name="preferNamed">Whether a named image is used whatever its name tells.</param>
    /// <exception cref="GuestException">There is none, it cannot be read, or it is of another kind.</exception>
    /// <exception cref="ImageFormatException">The file is not a kernel image.</exception>
    public KernelImage Load(string technique, bool preferNamed)
    {
        var file = FileOf(technique, preferNamed);
        var image = KernelImage.Load(Read(file, ImageKind.OfTechnique(technique)), Path.GetFileName(file));
        ImageKind.Check(image, technique);
        return image;
    }

    /// <summary>Path of the image that a technique runs, whether it is there or not.</summary>
    /// <param name="technique">Name of the technique.</param>
    /// <param name="preferNamed">Whether a named image is used whatever its name tells.</param>
    public string FileOf(string technique, bool preferNamed)
    {
        var kind = ImageKind.OfTechnique(technique);
        return NamedFile is not null && (preferNamed || NamedKind == kind) ? NamedFile : Path.Combine(Directory, ImageKind.FileName(Name, kind));
    }

    /// <summary>Sees to it that the images of other kinds can be found, too.</summary>
    /// <exception cref="GuestException">A file was named whose name does not tell what it is.</exception>
    /// <exception cref="ImageFormatException">The named file is not a kernel image.</exception>
    public void RequireKnownKind()
    {
        if (NamedFile is { } file && NamedKind is null)
        {
            KernelImage.Load(Read(file, ImageKind.Native), Path.GetFileName(file));
            throw new GuestException(
                $"'{file}' is named neither X.{ImageKind.Native}.elf nor X.{ImageKind.Paravirt}.elf, so the image beside it cannot be found.");
        }
    }

    private byte[] Read(string file, string kind)
    {
        if (!File.Exists(file))
        {
            throw new GuestException(NamedFile is null
                ? $"There is no {kind} image at '{file}': build the guest with '{kind}' among its ParaKitModes."
                : $"There is no {kind} image at '{file}' beside '{NamedFile}'.");
        }

        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GuestException($"'{file}' cannot be read: {exception.Message}");
        }
    }
}
