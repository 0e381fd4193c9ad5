using System.Collections.Frozen;

namespace ParaKit.Image.Linking;

/// <summary>What the linker itself puts into images, for those who check them.</summary>
public static class MachineCode
{
    private static readonly FrozenSet<string> s_routines =
        NativeRoutines.All.Concat(ParavirtualRoutines.All).Concat(RuntimeRoutines.All).Select(r => r.Symbol).ToFrozenSet();

    /// <summary>Whether a symbol is one of the linker's routines: start-up, traps, hypercalls.</summary>
    public static bool IsRoutine(string symbol) => s_routines.Contains(symbol);

    /// <summary>The instructions of a machine operation, without a return; empty if there is no such operation.</summary>
    public static ReadOnlySpan<byte> OfOperation(string symbol) => MachineOperations.Find(symbol) is { } operation ? operation.Bytes : [];

    /// <summary>Whether an operation must not appear in a paravirtual image.</summary>
    public static bool IsSensitive(string operation) => MachineOperations.Find(operation)?.IsSensitive ?? true;
}
