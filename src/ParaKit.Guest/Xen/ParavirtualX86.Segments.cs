namespace ParaKit.Guest.Xen;

/// <content>
/// Segment registers as the kernel loaded them, with the privilege level that it has in its own eyes. What Xen itself puts into frames are
/// the selectors of <see cref="KernelCodeSelector"/> and its relatives.
/// </content>
public static unsafe partial class ParavirtualX86
{
    private static ushort s_cs = Gdt.KernelCode;
    private static ushort s_ss = Gdt.KernelData;
    private static ushort s_ds = Gdt.KernelData;
    private static ushort s_es = Gdt.KernelData;
    private static ushort s_fs;
    private static ushort s_gs;

    /// <summary>Counterpart of <see cref="X86.ReadCs"/>.</summary>
    public static ushort ReadCs() => s_cs;

    /// <summary>Counterpart of <see cref="X86.ReadSs"/>.</summary>
    public static ushort ReadSs() => s_ss;

    /// <summary>Counterpart of <see cref="X86.ReadDs"/>.</summary>
    public static ushort ReadDs() => s_ds;

    /// <summary>Counterpart of <see cref="X86.ReadEs"/>.</summary>
    public static ushort ReadEs() => s_es;

    /// <summary>Counterpart of <see cref="X86.ReadFs"/>.</summary>
    public static ushort ReadFs() => s_fs;

    /// <summary>Counterpart of <see cref="X86.ReadGs"/>.</summary>
    public static ushort ReadGs() => s_gs;

    /// <summary>Counterpart of <see cref="X86.WriteSs"/>.</summary>
    public static void WriteSs(ushort selector) => s_ss = selector;

    /// <summary>Counterpart of <see cref="X86.WriteDs"/>.</summary>
    public static void WriteDs(ushort selector) => s_ds = selector;

    /// <summary>Counterpart of <see cref="X86.WriteEs"/>.</summary>
    public static void WriteEs(ushort selector) => s_es = selector;

    /// <summary>Counterpart of <see cref="X86.WriteFs"/>.</summary>
    public static void WriteFs(ushort selector)
    {
        s_fs = selector;
        Wrmsr(Msr.FsBase, VirtualDescriptor.Find(s_gdt, selector).Base);
    }

    /// <summary>Counterpart of <see cref="X86.PushFs"/>.</summary>
    public static ushort PushFs() => s_fs;

    /// <summary>Counterpart of <see cref="X86.PopFs"/>.</summary>
    public static void PopFs(ushort selector) => WriteFs(selector);

    /// <summary>Counterpart of <see cref="X86.WriteGs"/>.</summary>
    public static void WriteGs(ushort selector)
    {
        s_gs = selector;
        Wrmsr(Msr.GsBase, VirtualDescriptor.Find(s_gdt, selector).Base);
    }

    /// <summary>Counterpart of <see cref="X86.PushGs"/>.</summary>
    public static ushort PushGs() => s_gs;

    /// <summary>Counterpart of <see cref="X86.PopGs"/>.</summary>
    public static void PopGs(ushort selector) => WriteGs(selector);

    /// <summary>Counterpart of <see cref="X86.FarReturn"/>.</summary>
    public static void FarReturn(ushort code) => s_cs = code;

    /// <summary>Counterpart of <see cref="X86.FarJump"/>.</summary>
    public static void FarJump(ushort code) => s_cs = code;

    /// <summary>Counterpart of <see cref="X86.FarCall"/>.</summary>
    public static void FarCall(ushort code, delegate*<void> target)
    {
        ushort caller = s_cs;
        s_cs = code;
        target();
        s_cs = caller;
    }
}
