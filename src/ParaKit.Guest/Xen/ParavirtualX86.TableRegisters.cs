namespace ParaKit.Guest.Xen;

/// <content>Table registers as the kernel loaded them, and questions about its own descriptors.</content>
public static unsafe partial class ParavirtualX86
{
    private static DescriptorTablePointer s_gdt;
    private static DescriptorTablePointer s_idt;
    private static ushort s_task;

    /// <summary>Counterpart of <see cref="X86.Sgdt"/>.</summary>
    public static void Sgdt(DescriptorTablePointer* table) => *table = s_gdt;

    /// <summary>Counterpart of <see cref="X86.Sidt"/>.</summary>
    public static void Sidt(DescriptorTablePointer* table) => *table = s_idt;

    /// <summary>Counterpart of <see cref="X86.Sldt"/>.</summary>
    public static ushort Sldt() => 0;

    /// <summary>Counterpart of <see cref="X86.Str"/>.</summary>
    public static ushort Str() => s_task;

    /// <summary>Counterpart of <see cref="X86.Smsw"/>.</summary>
    public static ushort Smsw() => (ushort)ReadCr0();

    /// <summary>Counterpart of <see cref="X86.Lar"/>.</summary>
    public static uint Lar(ushort selector)
    {
        VirtualDescriptor descriptor = VirtualDescriptor.Find(s_gdt, selector);
        return descriptor.HasRights ? descriptor.Rights : 0;
    }

    /// <summary>Counterpart of <see cref="X86.Lsl"/>.</summary>
    public static long Lsl(ushort selector)
    {
        VirtualDescriptor descriptor = VirtualDescriptor.Find(s_gdt, selector);
        return descriptor.HasLimit ? descriptor.Limit : -1;
    }

    /// <summary>Counterpart of <see cref="X86.Verr"/>.</summary>
    public static bool Verr(ushort selector) => VirtualDescriptor.Find(s_gdt, selector).IsReadable;

    /// <summary>Counterpart of <see cref="X86.Verw"/>.</summary>
    public static bool Verw(ushort selector) => VirtualDescriptor.Find(s_gdt, selector).IsWritable;
}
