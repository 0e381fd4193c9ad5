namespace ParaKit.Hardware.Cpu;

/// <summary>Byte offsets inside <see cref="CpuState"/>: the addresses of predecoded operands.</summary>
internal static unsafe class StateOffset
{
    public static readonly ushort Zero = Of(static cpu => &cpu->Zero);
    public static readonly ushort CodePage = Of(static cpu => &cpu->CodePage);
    public static readonly ushort ComputedAddress = Of(static cpu => &cpu->ComputedAddress);
    public static readonly ushort FsBase = Of(static cpu => &cpu->Fs.Base);
    public static readonly ushort GsBase = Of(static cpu => &cpu->Gs.Base);
    private static readonly ushort s_xmm = Of(static cpu => &cpu->Xmm);

    private delegate void* FieldOf(CpuState* cpu);

    /// <summary>A general register by number; the file is at offset 0.</summary>
    public static ushort General(int number) => (ushort)(number * sizeof(ulong));

    /// <summary>An XMM register by number.</summary>
    public static ushort Xmm(int number) => (ushort)(s_xmm + (number * sizeof(UInt128)));

    private static ushort Of(FieldOf field)
    {
        // Safety: only the address of a field of this local is taken.
        CpuState state = default;
        return checked((ushort)((byte*)field(&state) - (byte*)&state));
    }
}
