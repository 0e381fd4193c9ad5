using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Testing;

/// <summary>How a test builds and runs a guest.</summary>
public sealed record GuestRunOptions
{
    /// <summary>Instructions after which a run stops unless <see cref="Request"/> says otherwise: a test must not hang.</summary>
    public const long DefaultMaxInstructions = 2_000_000_000;

    /// <summary>Configuration of a project's build; null is the one that the calling assembly was built in.</summary>
    public string? Configuration { get; init; }

    /// <summary>Whether a project is built (once per process) before it is run; false uses the images of an earlier build.</summary>
    public bool Build { get; init; } = true;

    /// <summary>Changes what is run: memory, command line, limits, hypercalls of the guest's own.</summary>
    public Func<RunRequest, RunRequest>? Request { get; init; }
}
