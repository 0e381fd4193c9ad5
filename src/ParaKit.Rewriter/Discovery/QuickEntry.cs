namespace ParaKit.Rewriter.Discovery;

/// <summary>The form of an opcode, such that a length comes of it without a branch per form.</summary>
internal readonly struct QuickEntry
{
    private const ushort Never = 0x100;
    private const ushort ForRegisters = 0xc0;
    private const ushort Always = 0;

    private readonly ushort _refused;

    private QuickEntry(int length, int flow, bool hasModRm = false, ushort refused = Never)
    {
        Step = (ushort)(length | (flow << 4));
        OperandMask = hasModRm ? (byte)0xff : (byte)0;
        _refused = refused;
    }

    /// <summary>Bytes of opcode and immediate operand in bits 0 to 3, a <see cref="StepKind"/> above.</summary>
    internal ushort Step { get; }

    /// <summary>All ones if ModR/M follows.</summary>
    internal byte OperandMask { get; }

    /// <summary>Whether this form needs a closer look, with the byte that follows the opcode.</summary>
    internal bool Needs(byte modRm) => modRm >= _refused;

    internal static QuickEntry Of(byte entry)
    {
        int flow = entry >> LengthTable.FlowShift;
        return (entry & LengthTable.FormMask) switch
        {
            LengthTable.Plain => new(1, flow),
            LengthTable.Byte => new(2, LengthTable.ShortFlow(flow)),
            LengthTable.Word => new(3, flow),
            LengthTable.Full => new(5, flow),
            LengthTable.ModRm => new(1, flow, hasModRm: true),
            LengthTable.ModRmByte => new(2, flow, hasModRm: true),
            LengthTable.ModRmFull => new(5, flow, hasModRm: true),
            LengthTable.Memory => new(1, flow, hasModRm: true, ForRegisters),
            _ => new(0, 0, hasModRm: false, Always),
        };
    }
}
