using System.Reflection;
using System.Runtime.CompilerServices;
using ParaKit.Building;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Testing;

/// <summary>
/// A guest that has run, in this process, on a simulated machine of its own: tests may run any number of them in parallel. Holds the
/// guest's memory until it is disposed.
/// </summary>
public sealed class GuestRun : IDisposable
{
    private readonly GuestState _state;

    private GuestRun(KernelImage image, RunResult result)
    {
        Image = image;
        Result = result;
        _state = result.State!;
    }

    /// <summary>The image that ran.</summary>
    public KernelImage Image { get; }

    /// <summary>Everything that came out of the run.</summary>
    public RunResult Result { get; }

    /// <summary>What the guest printed.</summary>
    public string Console => Result.Console;

    /// <summary>How it ended.</summary>
    public RunOutcome Outcome => Result.Outcome;

    /// <summary>The guest's exit code; <see cref="RunResult.NoExitCode"/> unless it shut itself down.</summary>
    public int ExitCode => Result.ExitCode;

    /// <summary>Unless the guest shut itself down: why, with registers and back trace.</summary>
    public string? Reason => Result.Reason;

    /// <summary>Exits to the hypervisor by reason.</summary>
    public IReadOnlyDictionary<string, long> Exits => Result.Exits;

    /// <summary>Hypercalls by Xen's name.</summary>
    public IReadOnlyDictionary<string, long> Hypercalls => Result.Hypercalls;

    /// <summary>Instructions that a monitor emulated, by mnemonic.</summary>
    public IReadOnlyDictionary<string, long> Emulations => Result.Emulations;

    /// <summary>What a binary translator and its cache did, such as "units"; empty for techniques that do not translate.</summary>
    public IReadOnlyDictionary<string, long> Translation => Result.Translation;

    /// <summary>Registers at the end by name, such as <c>rax</c>, <c>rip</c>, <c>cr3</c>; see <see cref="GuestState.Registers"/>.</summary>
    public IReadOnlyDictionary<string, ulong> Registers => _state.Registers;

    /// <summary>Builds a project, once per process and configuration, or takes an image, and runs it to its end.</summary>
    /// <param name="guest">A project, its folder or an image; relative to the file that calls this.</param>
    /// <param name="technique">Name of the technique: native, trap or paravirt.</param>
    /// <param name="options">How to build and run it.</param>
    /// <param name="cancellation">Stops the run; a build that others wait for goes on.</param>
    /// <param name="callerFile">Filled in by the compiler.</param>
    /// <exception cref="GuestException">There is no such guest or technique, or the build failed; the message has the errors.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Task<GuestRun> StartAsync(
        string guest, string technique, GuestRunOptions? options = null, CancellationToken cancellation = default, [CallerFilePath] string callerFile = "")
    {
        options ??= new GuestRunOptions();
        var configuration = options.Configuration ?? GuestFile.ConfigurationOf(Assembly.GetCallingAssembly());
        return StartAsync(GuestFile.Resolve(guest, callerFile), Find(technique), options, configuration, cancellation);
    }

    /// <summary>Copies from the guest's memory as it was at the end; false if an address was not mapped.</summary>
    /// <param name="address">Linear address.</param>
    /// <param name="destination">As many bytes as are wanted.</param>
    public bool TryRead(ulong address, Span<byte> destination) => _state.TryRead(address, destination);

    /// <summary>Copies a value from the guest's memory as it was at the end; false if an address was not mapped.</summary>
    /// <param name="address">Linear address; <see cref="KernelImage.TryGetAddress"/> of <see cref="Image"/> gives those of symbols.</param>
    /// <param name="value">The value; undefined on failure.</param>
    public bool TryRead<T>(ulong address, out T value)
        where T : unmanaged => _state.TryRead(address, out value);

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static async Task<GuestRun> StartAsync(
        string guest, ITechnique technique, GuestRunOptions options, string configuration, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var images = await SharedBuilds.LocateAsync(guest, configuration, options.Build, cancellation).ConfigureAwait(false);
        var image = images.Load(technique.Name, preferNamed: true);
        var request = new RunRequest(image) { MaxInstructions = GuestRunOptions.DefaultMaxInstructions };
        request = (options.Request?.Invoke(request) ?? request) with { KeepState = true, Cancellation = cancellation };
        var run = new GuestRun(image, await Task.Run(() => technique.Run(request), CancellationToken.None).ConfigureAwait(false));
        if (cancellation.IsCancellationRequested)
        {
            run.Dispose();
            throw new OperationCanceledException(cancellation);
        }

        return run;
    }

    private static ITechnique Find(string technique) => TechniqueTable.TryFind(technique, out var found)
        ? found
        : throw new GuestException($"'{technique}' is not a technique. Known techniques: {string.Join(", ", TechniqueTable.WithHost.Select(known => known.Name))}.");
}
