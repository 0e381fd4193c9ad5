namespace ParaKit.Building;

/// <summary>Builds guest projects.</summary>
public interface IGuestBuilder
{
    /// <summary>Asks the project where its images are, or will be after a build.</summary>
    /// <exception cref="GuestException">The project cannot be evaluated or is not a guest kernel.</exception>
    Task<GuestImages> FindImagesAsync(string project, string configuration, CancellationToken cancellation);

    /// <summary>Builds a project.</summary>
    /// <exception cref="GuestException">The build failed; its errors have been printed.</exception>
    Task BuildAsync(string project, string configuration, CancellationToken cancellation);
}
