using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// Lengths of common instructions by tables: several times as fast as decoding them. It knows nothing that the full decoder does not; it only
/// knows when it need not be asked. A test compares the two on every byte of real kernels.
/// </summary>
internal static class LengthDecoder
{
    /// <summary>An instruction is at most this long (Intel SDM vol. 2A, "Instruction Format"); so many bytes must follow where it starts.</summary>
    internal const int LongestInstruction = 15;

    private const int MostPrefixes = 3;

    /// <summary>Length in bits 0 to 3 and <see cref="StepKind"/> above; 0 if the full decoder is needed.</summary>
    /// <param name="code">The first byte, with <see cref="LongestInstruction"/> more behind it.</param>
    /// <param name="table">For 32 or 64 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Decode(ref byte code, LengthTable table)
    {
        // Safety: REX, 0F, opcode, ModR/M and SIB are read, less than the caller promises; the tables have an entry for each.
        int at = (code & 0xf0) == table.RexRow ? 1 : 0;
        int opcode = Unsafe.Add(ref code, at);
        if (opcode == 0x0f)
        {
            opcode = LengthTable.Escaped + Unsafe.Add(ref code, ++at);
        }

        QuickEntry entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.Quick), opcode);
        ref byte modRm = ref Unsafe.Add(ref code, at + 1);
        if (entry.Needs(modRm))
        {
            return DecodeForm(ref code, table);
        }

        int operand = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.ModRmLengths), modRm) & entry.OperandMask;
        if (operand >= LengthTable.DependsOnSib)
        {
            operand = (operand & ~LengthTable.DependsOnSib) + ((Unsafe.Add(ref modRm, 1) & 7) == 5 ? 4 : 0);
        }

        return at + entry.Step + operand;
    }

    /// <summary>The same for forms that need a closer look, and for prefixes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int DecodeForm(ref byte code, LengthTable table)
    {
        // Safety: at most 3 prefixes, REX, 0F, opcode, ModR/M and SIB are read, less than the caller promises.
        ref byte one = ref MemoryMarshal.GetArrayDataReference(table.OneByte);
        int at = 0;
        bool isWide = false;
        bool isShort = false;
        int opcode = code;
        int entry = Unsafe.Add(ref one, opcode);
        while ((entry & LengthTable.FormMask) >= LengthTable.FirstPrefix && (entry & LengthTable.FormMask) != LengthTable.Escape)
        {
            if (entry == LengthTable.Rex)
            {
                isWide = (opcode & 8) != 0;
                opcode = Unsafe.Add(ref code, ++at);
                entry = Unsafe.Add(ref one, opcode);
                if ((entry & LengthTable.FormMask) is >= LengthTable.FirstPrefix and not LengthTable.Escape)
                {
                    return 0;
                }

                break;
            }

            isShort |= entry == LengthTable.OperandSize;
            if (++at > MostPrefixes)
            {
                return 0;
            }

            opcode = Unsafe.Add(ref code, at);
            entry = Unsafe.Add(ref one, opcode);
        }

        if (entry == LengthTable.Escape)
        {
            opcode = Unsafe.Add(ref code, ++at);
            entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.TwoByte), opcode);
        }

        at++;
        int flow = entry >> LengthTable.FlowShift;
        if (isShort && (flow != 0 || isWide))
        {
            return 0; // processors differ, or the widths do
        }

        return Finish(ref Unsafe.Add(ref code, at), entry & LengthTable.FormMask, flow, at, isWide, isShort ? 2 : 4);
    }

    /// <param name="rest">What follows the opcode.</param>
    /// <param name="form">One of the forms of <see cref="LengthTable"/>.</param>
    /// <param name="flow">A <see cref="StepKind"/>.</param>
    /// <param name="at">Bytes up to there.</param>
    /// <param name="isWide">REX.W.</param>
    /// <param name="full">Bytes of an immediate that is as wide as the operand.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Finish(ref byte rest, int form, int flow, int at, bool isWide, int full)
    {
        int group = (rest >> 3) & 7;
        switch (form)
        {
            case LengthTable.Plain:
                return Pack(at, flow);
            case LengthTable.ModRm:
                return Pack(at + Operand(ref rest), flow);
            case LengthTable.ModRmByte:
            case LengthTable.Group8 when group >= 4:
            case LengthTable.Group11Byte when group == 0:
            case LengthTable.Group3Byte when group < 2:
                return Pack(at + Operand(ref rest) + 1, flow);
            case LengthTable.ModRmFull:
            case LengthTable.Group11Full when group == 0:
            case LengthTable.Group3Full when group < 2:
                return Pack(at + Operand(ref rest) + full, flow);
            case LengthTable.Byte:
                return Pack(at + 1, LengthTable.ShortFlow(flow));
            case LengthTable.Full:
                return Pack(at + full, flow);
            case LengthTable.Word:
                return Pack(at + 2, flow);
            case LengthTable.Wide:
                return Pack(at + (isWide ? 8 : full), flow);
            case LengthTable.Memory when rest < 0xc0:
            case LengthTable.Group3Byte or LengthTable.Group3Full when group >= 2:
            case LengthTable.Group4 when group < 2:
            case LengthTable.Group5 when group is 0 or 1 or 6 || (group == 2 && full == 4):
                return Pack(at + Operand(ref rest), flow);
            case LengthTable.Group5 when group == 4 && full == 4:
                return Pack(at + Operand(ref rest), (int)StepKind.IndirectJump);
            default:
                return 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Operand(ref byte modRm)
    {
        int length = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(LengthTable.ModRmLength), modRm);
        return length < LengthTable.DependsOnSib ? length : (length & ~LengthTable.DependsOnSib) + ((Unsafe.Add(ref modRm, 1) & 7) == 5 ? 4 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pack(int length, int flow) => length <= LongestInstruction ? length | (flow << 4) : 0;
}
