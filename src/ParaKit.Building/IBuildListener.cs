namespace ParaKit.Building;

/// <summary>Is told what builds do.</summary>
public interface IBuildListener
{
    /// <summary>Runs a build; the result is its exit code.</summary>
    /// <param name="title">What is built.</param>
    /// <param name="build">Runs it, and passes each line of its output on.</param>
    Task<int> WatchAsync(string title, Func<Action<string>, Task<int>> build);

    /// <summary>Takes a line that the user should see: an error, a warning, a step.</summary>
    void Report(string line);
}
