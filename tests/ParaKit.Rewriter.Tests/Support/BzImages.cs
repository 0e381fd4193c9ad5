using System.Buffers.Binary;
using System.IO.Compression;

namespace ParaKit.Rewriter.Tests.Support;

/// <summary>Files as Linux boot loaders take them, around any kernel.</summary>
internal static class BzImages
{
    private const int Start = 1024;

    internal static byte[] Gzip(byte[] kernel)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(kernel);
        }

        return Around(packed.ToArray());
    }

    internal static byte[] Around(byte[] payload)
    {
        byte[] file = new byte[Start + payload.Length];
        file[0x1f1] = 1;
        "HdrS"u8.CopyTo(file.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x206), 0x20f);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(0x24c), (uint)payload.Length);
        payload.CopyTo(file, Start);
        return file;
    }
}
