namespace ParaKit.Building;

/// <summary>Finds out what the user means by a guest, builds it if it is a project, and says where its images are.</summary>
/// <param name="builder">Builds projects.</param>
public sealed class GuestLocator(IGuestBuilder builder)
{
    private const string ProjectExtension = ".csproj";

    /// <summary>Finds the images of a guest.</summary>
    /// <exception cref="GuestException">There is no such guest, or its build failed.</exception>
    public async Task<GuestImages> LocateAsync(GuestRequest request, CancellationToken cancellation)
    {
        if (File.Exists(request.Path) && !IsProject(request.Path))
        {
            return OfImage(request.Path);
        }

        var project = FindProject(request.Path);
        var images = await builder.FindImagesAsync(project, request.Configuration, cancellation).ConfigureAwait(false);
        if (request.Build)
        {
            await builder.BuildAsync(project, request.Configuration, cancellation).ConfigureAwait(false);
        }

        return images;
    }

    /// <summary>The project that <paramref name="path"/> stands for.</summary>
    /// <exception cref="GuestException">The path does not exist, or the folder does not contain exactly one project.</exception>
    public static string FindProject(string path)
    {
        if (File.Exists(path))
        {
            return path;
        }

        if (!Directory.Exists(path))
        {
            throw new GuestException($"'{path}' does not exist; a guest is a folder with a project, a .csproj file or an .elf image.");
        }

        string[] projects = [.. Directory.GetFiles(path).Where(IsProject).Order(StringComparer.Ordinal)];
        return projects switch
        {
            [var single] => single,
            [] => throw new GuestException($"The folder '{path}' contains no .csproj file."),
            _ => throw new GuestException(
                $"The folder '{path}' contains several projects ({string.Join(", ", projects.Select(Path.GetFileName))}); name one."),
        };
    }

    /// <summary>Whether a file is a C# project, by its name.</summary>
    public static bool IsProject(string file) => Path.GetExtension(file).Equals(ProjectExtension, StringComparison.OrdinalIgnoreCase);

    private static GuestImages OfImage(string file)
    {
        var (name, kind) = ImageKind.Split(Path.GetFileName(file));
        return new GuestImages(name, Path.GetDirectoryName(file) ?? "") { NamedFile = file, NamedKind = kind };
    }
}
