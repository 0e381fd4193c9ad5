using Iced.Intel;

namespace ParaKit.Hardware.Extensions;

/// <summary>
/// The instructions that extensions can define: UD1 with 64-bit operands, both registers (REX.W 0F B9 /r). The number of the first register says which
/// instruction it is, the second is its operand. No processor will ever define them. Intel SDM vol. 2B, "UD—Undefined Instruction".
/// </summary>
public static class ExtensionSpace
{
    /// <summary>How many there are.</summary>
    public const int Count = 16;

    /// <summary>Whether an instruction lies in the space; it raises #UD if no extension defines it.</summary>
    public static bool Contains(in Instruction instruction) => instruction.Code == Code.Ud1_r64_rm64 && instruction.Op1Kind == OpKind.Register;
}
