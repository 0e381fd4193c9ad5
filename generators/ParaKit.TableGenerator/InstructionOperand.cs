using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ParaKit.TableGenerator;

/// <summary>What the name of an operand in an Iced code says: <c>rm32</c> is a register or memory of 32 bits.</summary>
internal readonly struct InstructionOperand
{
    private static readonly Dictionary<string, int> s_fixedRegisters = new()
    {
        ["AL"] = 8, ["CL"] = 8, ["AX"] = 16, ["DX"] = 16, ["EAX"] = 32, ["RAX"] = 64, ["1"] = 8, ["Sreg"] = 16,
        ["FS"] = 64, ["GS"] = 64, ["cr"] = 64, ["dr"] = 64,
    };

    private InstructionOperand(bool register, bool memory, bool immediate, int bits)
    {
        CanBeRegister = register;
        CanBeMemory = memory;
        IsImmediate = immediate;
        Bits = bits;
    }

    public bool CanBeRegister { get; }

    public bool CanBeMemory { get; }

    public bool IsImmediate { get; }

    /// <summary>Width, or 0 if the name does not say.</summary>
    public int Bits { get; }

    /// <summary>The operands in the name of a code, <c>Mnemonic_operand_operand</c>.</summary>
    public static IReadOnlyList<InstructionOperand> Parse(string code) => code.Split('_').Skip(1).Select(One).ToList();

    private static InstructionOperand One(string name)
    {
        if (s_fixedRegisters.TryGetValue(name, out int bits))
        {
            return new InstructionOperand(name != "1", false, name == "1", bits);
        }

        string kind = name.TrimEnd("0123456789".ToCharArray());
        string digits = name.Substring(kind.Length);
        int width = digits.Length > 0 ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
        return kind switch
        {
            "r" or "mm" => new InstructionOperand(true, false, false, width),
            "rm" or "xmmm" or "mmm" => new InstructionOperand(true, true, false, width),
            "xmm" => new InstructionOperand(true, false, false, 128),
            "m" or "moffs" => new InstructionOperand(false, true, false, width),
            "imm" => new InstructionOperand(false, false, true, width),
            // m512byte: memory whose size is no operand width.
            _ when kind.StartsWith("m", System.StringComparison.Ordinal) && kind.EndsWith("byte", System.StringComparison.Ordinal) =>
                new InstructionOperand(false, true, false, 0),
            // r32m16: a 32-bit register or 16 bits of memory; the width is the register's.
            _ when kind.StartsWith("r", System.StringComparison.Ordinal) && kind.EndsWith("m", System.StringComparison.Ordinal) =>
                new InstructionOperand(true, true, false, int.Parse(kind.Trim('r', 'm'), CultureInfo.InvariantCulture)),
            _ => new InstructionOperand(false, false, false, 0),
        };
    }
}
