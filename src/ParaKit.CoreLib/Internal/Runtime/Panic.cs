using System;

namespace Internal.Runtime;

/// <summary>Where the runtime goes when the kernel cannot continue: out of heap, failed cast, index out of range, throw.</summary>
public static unsafe class Panic
{
    private static delegate*<ReadOnlySpan<char>, void> s_handler;

    /// <summary>Sets what is told the reason; it must not return. Until it is set, a store to address 0 ends the run, and its back trace says what happened.</summary>
    public static void SetHandler(delegate*<ReadOnlySpan<char>, void> handler) => s_handler = handler;

    /// <summary>Stops the kernel.</summary>
    public static void Stop(string reason)
    {
        if (s_handler != null)
        {
            s_handler(reason);
        }

        nint nowhere = 0;
        *(int*)nowhere = 0;
        while (true)
        {
        }
    }
}
