namespace ParaKit.Cli.Guests;

/// <summary>Images of guests that are built with this program and carried in it.</summary>
internal static class CarriedGuest
{
    /// <summary>The bridge under a rewritten kernel, an ELF file.</summary>
    public static byte[] Bridge() => Load("ParaKit.Bridge.elf");

    /// <summary>The kernel of experiments, an ELF file.</summary>
    public static byte[] Workload() => Load("ParaKit.Workload.elf");

    /// <summary>The sample kernel, an ELF file.</summary>
    /// <param name="mode">"native" or "paravirt".</param>
    public static byte[] Sample(string mode) => Load($"Guest.{mode}.elf");

    private static byte[] Load(string name)
    {
        using var stream = typeof(CarriedGuest).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }
}
