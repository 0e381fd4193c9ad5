namespace ParaKit.Hardware.Cpu;

/// <summary>A 16-byte IDT entry. Intel SDM vol. 3A, "64-Bit Mode IDT".</summary>
internal readonly struct InterruptGateDescriptor(ulong low, ulong high)
{
    public ushort Selector => (ushort)(low >> 16);

    public ulong Offset => (low & 0xffff) | ((low >> 32) & 0xffff_0000) | (high << 32);

    /// <summary>Index into the interrupt stack table, 0 for none.</summary>
    public int InterruptStack => (int)(low >> 32) & 7;

    /// <summary>14 for an interrupt gate, 15 for a trap gate (including the S bit, which must be zero).</summary>
    public int Type => (int)(low >> 40) & 0x1f;

    public int Dpl => (int)(low >> 45) & 3;

    public bool IsPresent => ((low >> 47) & 1) != 0;
}
