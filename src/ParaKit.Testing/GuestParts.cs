namespace ParaKit.Testing;

/// <summary>What a guest is compiled with, carried in this assembly.</summary>
internal static class GuestParts
{
    /// <summary>Core library and guest library.</summary>
    public static IReadOnlyList<byte[]> References => [Load("ParaKit.CoreLib.dll"), Load("ParaKit.Guest.dll")];

    /// <summary>The generators of a guest build.</summary>
    public static byte[] Generators => Load("ParaKit.Generators.dll");

    private static byte[] Load(string name)
    {
        using var stream = typeof(GuestParts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }
}
