namespace ParaKit.Cli;

/// <summary>What the process returns. <c>run</c> returns the guest's own code (0 to 255) if the guest shut itself down.</summary>
internal static class ExitCodes
{
    /// <summary>Everything went well.</summary>
    public const int Success = 0;

    /// <summary>A guest crashed or was stopped; for <c>contrast</c> also: the runs do not agree or a guest returned another code than 0.
    /// For <c>audit</c>: the source does not compile, so the audit may be incomplete.
    /// For <c>certify</c>: the certificate does not hold.</summary>
    public const int GuestFailed = 1;

    /// <summary>The command line, the guest or its build is wrong: nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>A bug in ParaKit.</summary>
    public const int InternalError = 3;

    /// <summary>Interrupted by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>The largest code that a process can return everywhere.</summary>
    private const int Largest = 255;

    /// <summary>A guest's code as a process can return it: what does not fit becomes 255, never 0.</summary>
    public static int OfGuest(int code) => code is >= 0 and <= Largest ? code : Largest;
}
