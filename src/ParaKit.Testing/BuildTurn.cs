namespace ParaKit.Testing;

/// <summary>
/// One build at a time, among all processes of a user: <c>dotnet test</c> runs the assemblies of a solution side by side, and two builds of
/// one project would write the same files.
/// </summary>
internal sealed class BuildTurn : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _lock;

    private BuildTurn(FileStream @lock) => _lock = @lock;

    /// <summary>Waits for the turn; it ends with the result's disposal, or with the process.</summary>
    public static async Task<BuildTurn> TakeAsync()
    {
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var folder = Path.Join(own.Length > 0 ? own : Path.GetTempPath(), "parakit");
        Directory.CreateDirectory(folder);
        var file = Path.Join(folder, "build.lock");
        while (true)
        {
            try
            {
                return new BuildTurn(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(s_retry).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
