namespace ParaKit.Cli.Guests;

/// <summary>The image of the bridge, which is built with this program and carried in it.</summary>
internal static class BridgeResource
{
    private const string Name = "ParaKit.Bridge.elf";

    /// <summary>The ELF file.</summary>
    public static byte[] Load()
    {
        using var stream = typeof(BridgeResource).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The resource {Name} is missing.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }
}
