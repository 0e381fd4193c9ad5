namespace ParaKit.Hardware.Cpu;

/// <summary>Byte offsets inside <see cref="CpuState"/>: the addresses of predecoded operands.</summary>
internal static unsafe class StateOffset
{
    // Safety: only addresses are computed from the null pointer; nothing is read.
    private static readonly CpuState* s_origin = null;

    public static readonly ushort Zero = (ushort)(nint)(&s_origin->Zero);
    public static readonly ushort CodePage = (ushort)(nint)(&s_origin->CodePage);
    public static readonly ushort ComputedAddress = (ushort)(nint)(&s_origin->ComputedAddress);
    public static readonly ushort FsBase = (ushort)(nint)(&s_origin->Fs.Base);
    public static readonly ushort GsBase = (ushort)(nint)(&s_origin->Gs.Base);
    private static readonly ushort s_xmm = (ushort)(nint)(&s_origin->Xmm);

    /// <summary>A general register by number; the file is at offset 0.</summary>
    public static ushort General(int number) => (ushort)(number * sizeof(ulong));

    /// <summary>An XMM register by number.</summary>
    public static ushort Xmm(int number) => (ushort)(s_xmm + (number * sizeof(UInt128)));
}
