using ParaKit.Cli.Auditing;
using ParaKit.Building;
using ParaKit.Building.Showing;
using ParaKit.Workspaces;

namespace ParaKit.Cli.Showing;

/// <summary>Builds a guest, reads its source, and puts the two together.</summary>
internal sealed class CallReader(Terminal terminal, IGuestBuilder builder)
{
    /// <summary>Reads the rewritten calls of a guest project and their code in its paravirtual image.</summary>
    /// <exception cref="UsageException">It is not a guest project, its build failed, or it does not load.</exception>
    public async Task<IReadOnlyList<ShownCall>> ReadAsync(GuestRequest request, CancellationToken cancellation)
    {
        var project = GuestLocator.FindProject(request.Path);
        if (!GuestLocator.IsProject(project))
        {
            throw new UsageException($"'{project}' is not a project; source is shown beside the code, so name the .csproj file or its folder.");
        }

        var images = await new GuestLocator(builder).LocateAsync(request, cancellation).ConfigureAwait(false);
        var image = images.Load(ImageKind.Paravirt, preferNamed: false);
        terminal.Error.WriteLine($"Loading {project} ...");
        try
        {
            var calls = await GuestRewriting
                .FindAsync(project, request.Configuration, new LineProgress(terminal.Error), cancellation).ConfigureAwait(false);
            return ShownCall.Of(calls, image);
        }
        catch (GuestLoadException exception)
        {
            throw new UsageException(string.Join(Environment.NewLine, [exception.Message, .. exception.Errors]));
        }
    }
}
