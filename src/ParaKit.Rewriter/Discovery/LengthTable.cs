namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// What follows an opcode, for the opcodes that compilers write most (Intel SDM vol. 2D, "Opcode Map"). Everything else, such as whatever is
/// sensitive, depends on reserved bits or has prefixes of its own, is left to the full decoder: an entry of 0.
/// </summary>
internal sealed class LengthTable
{
    internal const byte Plain = 1;
    internal const byte ModRm = 2;
    internal const byte ModRmByte = 3;
    internal const byte ModRmFull = 4;
    internal const byte Byte = 5;
    internal const byte Full = 6;
    internal const byte Word = 7;

    /// <summary>MOV r, imm: 8 bytes with REX.W.</summary>
    internal const byte Wide = 8;

    /// <summary>ModR/M for memory only.</summary>
    internal const byte Memory = 9;

    /// <summary>TEST, NOT, NEG, MUL, DIV: an immediate for TEST only.</summary>
    internal const byte Group3Byte = 10;
    internal const byte Group3Full = 11;

    /// <summary>INC, DEC of bytes.</summary>
    internal const byte Group4 = 12;

    /// <summary>INC, DEC, CALL, JMP, PUSH.</summary>
    internal const byte Group5 = 13;

    /// <summary>BT and its kin, with a byte.</summary>
    internal const byte Group8 = 14;

    /// <summary>MOV r/m, imm: only the first of eight.</summary>
    internal const byte Group11Byte = 15;
    internal const byte Group11Full = 16;

    internal const byte OperandSize = 24;
    internal const byte OtherPrefix = 25;
    internal const byte Rex = 26;
    internal const byte Escape = 27;
    internal const byte FirstPrefix = OperandSize;

    /// <summary>The bits of an entry below its <see cref="StepKind"/>.</summary>
    internal const int FlowShift = 5;
    internal const int FormMask = 31;

    /// <summary>In a length of an operand: the displacement also depends on SIB.</summary>
    internal const int DependsOnSib = 0x80;

    /// <summary>Where the opcodes after 0F start in <see cref="Quick"/>.</summary>
    internal const int Escaped = 256;

    private const int RexPrefixes = 0x40;
    private const int NoPrefixes = -1;

    private LengthTable(bool is64)
    {
        AddArithmetic();
        AddMoves(is64);
        AddBranches();
        AddPrefixes(is64);
        AddEscaped();
        RexRow = is64 ? RexPrefixes : NoPrefixes;
        Quick = [.. OneByte.Concat(TwoByte).Select(QuickEntry.Of)];
    }

    /// <summary>By opcode.</summary>
    internal byte[] OneByte { get; } = new byte[256];

    /// <summary>By the byte after 0F.</summary>
    internal byte[] TwoByte { get; } = new byte[256];

    /// <summary>Both, for instructions without prefixes other than REX.</summary>
    internal QuickEntry[] Quick { get; }

    /// <summary>The upper half of a byte that is a REX prefix; none is in 32-bit code.</summary>
    internal int RexRow { get; }

    /// <summary>The same as <see cref="ModRmLength"/>, without the runtime's look at whether static fields are there yet.</summary>
    internal byte[] ModRmLengths { get; } = ModRmLength;

    /// <summary>The distance of a branch is in one byte; what does not branch has none.</summary>
    internal static int ShortFlow(int flow) => flow == 0 ? 0 : flow | (int)StepKind.Short;

    /// <summary>Bytes of ModR/M, SIB and displacement, by ModR/M, perhaps with <see cref="DependsOnSib"/>.</summary>
    internal static byte[] ModRmLength { get; } = BuildModRm();

    internal static LengthTable Of64 { get; } = new(is64: true);

    internal static LengthTable Of32 { get; } = new(is64: false);

    private static byte[] BuildModRm()
    {
        byte[] lengths = new byte[256];
        for (int i = 0; i < lengths.Length; i++)
        {
            int mode = i >> 6;
            int register = i & 7;
            int displacement = mode switch { 1 => 1, 2 => 4, 0 when register == 5 => 4, _ => 0 };
            bool hasSib = mode != 3 && register == 4;
            lengths[i] = (byte)(1 + displacement + (hasSib ? 1 : 0) + (hasSib && mode == 0 ? DependsOnSib : 0));
        }

        return lengths;
    }

    private void AddArithmetic()
    {
        for (int group = 0; group < 0x40; group += 8)
        {
            Set(OneByte, group, group + 3, ModRm);
            Set(OneByte, group + 4, group + 4, Byte);
            Set(OneByte, group + 5, group + 5, Full);
        }

        Set(OneByte, 0x69, 0x69, ModRmFull);
        Set(OneByte, 0x6b, 0x6b, ModRmByte);
        Set(OneByte, 0x80, 0x80, ModRmByte);
        Set(OneByte, 0x81, 0x81, ModRmFull);
        Set(OneByte, 0x83, 0x83, ModRmByte);
        Set(OneByte, 0x84, 0x85, ModRm);
        Set(OneByte, 0xa8, 0xa8, Byte);
        Set(OneByte, 0xa9, 0xa9, Full);
        Set(OneByte, 0xc0, 0xc1, ModRmByte);
        Set(OneByte, 0xd0, 0xd3, ModRm);
        Set(OneByte, 0xf6, 0xf6, Group3Byte);
        Set(OneByte, 0xf7, 0xf7, Group3Full);
        Set(OneByte, 0xfe, 0xfe, Group4);
        Set(OneByte, 0xff, 0xff, Group5);
    }

    private void AddMoves(bool is64)
    {
        if (is64)
        {
            Set(OneByte, 0x63, 0x63, ModRm);
        }
        else
        {
            Set(OneByte, 0x40, 0x4f, Plain);
        }

        Set(OneByte, 0x50, 0x5f, Plain);
        Set(OneByte, 0x68, 0x68, Full);
        Set(OneByte, 0x6a, 0x6a, Byte);
        Set(OneByte, 0x86, 0x8b, ModRm);
        Set(OneByte, 0x8d, 0x8d, Memory);
        Set(OneByte, 0x90, 0x99, Plain);
        Set(OneByte, 0xa4, 0xa7, Plain);
        Set(OneByte, 0xaa, 0xaf, Plain);
        Set(OneByte, 0xb0, 0xb7, Byte);
        Set(OneByte, 0xb8, 0xbf, Wide);
        Set(OneByte, 0xc6, 0xc6, Group11Byte);
        Set(OneByte, 0xc7, 0xc7, Group11Full);
        Set(OneByte, 0xc9, 0xc9, Plain);
        Set(OneByte, 0xcc, 0xcc, Plain);
        Set(OneByte, 0xf5, 0xf5, Plain);
        Set(OneByte, 0xf8, 0xf9, Plain);
        Set(OneByte, 0xfc, 0xfd, Plain);
    }

    private void AddBranches()
    {
        Set(OneByte, 0x70, 0x7f, Byte, StepKind.Branch);
        Set(OneByte, 0xe8, 0xe8, Full, StepKind.Branch);
        Set(OneByte, 0xe9, 0xe9, Full, StepKind.Jump);
        Set(OneByte, 0xeb, 0xeb, Byte, StepKind.Jump);
        Set(OneByte, 0xc2, 0xc2, Word, StepKind.Stop);
        Set(OneByte, 0xc3, 0xc3, Plain, StepKind.Stop);
    }

    private void AddPrefixes(bool is64)
    {
        foreach (int prefix in (int[])[0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf2, 0xf3])
        {
            Set(OneByte, prefix, prefix, OtherPrefix);
        }

        Set(OneByte, 0x66, 0x66, OperandSize);
        Set(OneByte, 0x0f, 0x0f, Escape);
        if (is64)
        {
            Set(OneByte, 0x40, 0x4f, Rex);
        }
    }

    private void AddEscaped()
    {
        Set(TwoByte, 0x0b, 0x0b, Plain, StepKind.Stop);
        Set(TwoByte, 0x1f, 0x1f, ModRm);
        Set(TwoByte, 0x40, 0x4f, ModRm);
        Set(TwoByte, 0x80, 0x8f, Full, StepKind.Branch);
        Set(TwoByte, 0x90, 0x9f, ModRm);
        Set(TwoByte, 0xa3, 0xa3, ModRm);
        Set(TwoByte, 0xa4, 0xa4, ModRmByte);
        Set(TwoByte, 0xa5, 0xa5, ModRm);
        Set(TwoByte, 0xab, 0xab, ModRm);
        Set(TwoByte, 0xac, 0xac, ModRmByte);
        Set(TwoByte, 0xad, 0xad, ModRm);
        Set(TwoByte, 0xaf, 0xb1, ModRm);
        Set(TwoByte, 0xb3, 0xb3, ModRm);
        Set(TwoByte, 0xb6, 0xb7, ModRm);
        Set(TwoByte, 0xba, 0xba, Group8);
        Set(TwoByte, 0xbb, 0xbf, ModRm);
        Set(TwoByte, 0xc0, 0xc1, ModRm);
        Set(TwoByte, 0xc8, 0xcf, Plain);
    }

    private static void Set(byte[] table, int first, int last, byte form, StepKind flow = StepKind.Next) =>
        table.AsSpan(first, last - first + 1).Fill((byte)(form | ((int)flow << FlowShift)));
}
