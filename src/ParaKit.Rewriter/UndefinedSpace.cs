using Iced.Intel;

namespace ParaKit.Rewriter;

/// <summary>
/// UD1 with two 64-bit registers: what extensions of the simulated machine define as instructions of theirs. Without one it raises #UD; with one,
/// execution goes on behind it.
/// </summary>
internal static class UndefinedSpace
{
    /// <summary>Whether an instruction lies in the space.</summary>
    internal static bool Contains(in Instruction instruction) => instruction.Code == Code.Ud1_r64_rm64 && instruction.Op1Kind == OpKind.Register;
}
