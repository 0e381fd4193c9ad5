using System.Buffers.Binary;
using System.Globalization;
using ParaKit.Image.Elf;
using ParaKit.Image.Linking;

namespace ParaKit.Image.Tests.Support;

/// <summary>Hand-made kernels: a <c>kernel_main</c> of a few instructions.</summary>
internal static class Kernels
{
    internal const byte Call = 0xe8;
    internal const byte Jump = 0xe9;
    internal const byte Return = 0xc3;

    /// <summary>A kernel that only returns.</summary>
    internal static ObjectBuilder Empty() => Of([Return], out _);

    /// <summary>A kernel with this code; <paramref name="section"/> is the code's section.</summary>
    internal static ObjectBuilder Of(byte[] code, out int section)
    {
        var file = new ObjectBuilder();
        section = file.AddCode(code);
        return file.Define("kernel_main", section, 0, (ulong)code.Length);
    }

    /// <summary>A kernel whose first instruction calls (or jumps to) a symbol with a 32-bit displacement.</summary>
    internal static ObjectBuilder Calling(string symbol, byte opcode = Call, uint type = ElfFormat.RelocationCall32) =>
        Of([opcode, 0, 0, 0, 0, Return], out int text).Relocate(text, 1, type, symbol, -4);

    internal static LinkResult Link(ObjectBuilder file, ImageMode mode = ImageMode.Native) => KernelLinker.Link(file.Build(), "test.o", new LinkOptions(mode));

    /// <summary>Links without errors and reads the result back.</summary>
    internal static KernelImage Image(ObjectBuilder file, ImageMode mode = ImageMode.Native)
    {
        LinkResult result = Link(file, mode);
        Assert.Empty(result.Errors);
        return KernelImage.Load(result.Image.Span, "test.elf");
    }

    internal static LinkDiagnostic SingleError(ObjectBuilder file, ImageMode mode = ImageMode.Native)
    {
        LinkResult result = Link(file, mode);
        Assert.True(result.Image.IsEmpty);
        return Assert.Single(result.Errors);
    }

    internal static ulong AddressOf(this KernelImage image, string symbol)
    {
        Assert.True(image.TryGetAddress(symbol, out ulong address), symbol);
        return address;
    }

    /// <summary>Bytes of a linked image at a linear address.</summary>
    internal static ReadOnlySpan<byte> Bytes(this KernelImage image, ulong address, int length)
    {
        ImageSegment segment = image.Segments.First(s => address >= s.VirtualAddress && address < s.VirtualAddress + (ulong)s.Data.Length);
        return segment.Data.Span.Slice((int)(address - segment.VirtualAddress), length);
    }

    internal static ReadOnlySpan<byte> BytesOf(this KernelImage image, string symbol, int length) => image.Bytes(image.AddressOf(symbol), length);

    /// <summary>Where the 32-bit displacement at <paramref name="place"/> leads.</summary>
    internal static ulong Target(this KernelImage image, ulong place) =>
        place + 4 + (ulong)BinaryPrimitives.ReadInt32LittleEndian(image.Bytes(place, 4));

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    internal static string Hex(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);
}
