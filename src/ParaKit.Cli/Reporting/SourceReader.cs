using ParaKit.Building;
using ParaKit.Building.Showing;
using ParaKit.Cli.Auditing;
using ParaKit.Image;
using ParaKit.Workspaces;

namespace ParaKit.Cli.Reporting;

/// <summary>Reads what a guest's source says about its port, if there is a source. A contrast does not depend on it: what is wrong with it is a warning.</summary>
internal sealed class SourceReader(Terminal terminal)
{
    /// <summary>Reads the source of a guest that has been built.</summary>
    /// <param name="request">What is contrasted.</param>
    /// <param name="withCalls">Whether to list the rewritten calls, too.</param>
    /// <param name="image">A paravirtual image for their code; another one shows none.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>Null if it is an image, or the source does not load.</returns>
    public async Task<GuestSource?> ReadAsync(GuestRequest request, bool withCalls, KernelImage image, CancellationToken cancellation)
    {
        if (File.Exists(request.Path) && !GuestLocator.IsProject(request.Path))
        {
            return null;
        }

        try
        {
            return await Task.Run(() => LoadAsync(request, withCalls, image, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (GuestLoadException exception)
        {
            terminal.WriteNote($"warning: no cost of the port: {exception.Message}");
            return null;
        }
    }

    private async Task<GuestSource> LoadAsync(GuestRequest request, bool withCalls, KernelImage image, CancellationToken cancellation)
    {
        var project = GuestLocator.FindProject(request.Path);
        terminal.WriteNote($"{Path.GetFileName(project)}: reading the source for the cost of the port");
        var silent = new LineProgress(TextWriter.Null);
        var audit = await GuestAudit.RunAsync(project, request.Configuration, silent, cancellation).ConfigureAwait(false);
        return new GuestSource(audit.PortCost, withCalls ? ShownCall.Of(await CallsAsync().ConfigureAwait(false), image) : []);

        async Task<IReadOnlyList<Workspaces.Calls.RewrittenCall>> CallsAsync() =>
            await GuestRewriting.FindAsync(project, request.Configuration, silent, cancellation).ConfigureAwait(false);
    }
}
