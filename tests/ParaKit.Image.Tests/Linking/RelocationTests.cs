using System.Buffers.Binary;
using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Linking;

/// <summary>AMD64 supplement to the System V ABI, "Relocation Types": S + A, S + A − P, and what does not fit.</summary>
public sealed class RelocationTests
{
    [Fact]
    public void Absolute64_IsSymbolPlusAddend()
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.Define("table", data, 8, type: ElfFormat.SymbolObject).Relocate(data, 0, ElfFormat.RelocationAbsolute64, "table", 3);
        KernelImage image = Kernels.Image(file);
        ulong table = image.AddressOf("table");
        Assert.Equal(table + 3, BinaryPrimitives.ReadUInt64LittleEndian(image.Bytes(table - 8, 8)));
    }

    [Theory]
    [InlineData(ElfFormat.RelocationRelative32)]
    [InlineData(ElfFormat.RelocationCall32)]
    public void Relative32_IsTheDistance(uint type)
    {
        ObjectBuilder file = Kernels.Of([0x48, 0x8d, 0x05, 0, 0, 0, 0, Kernels.Return], out int text); // lea rax, [rip+table]
        int data = file.AddData(new byte[32]);
        file.Define("table", data, 16, type: ElfFormat.SymbolObject).Relocate(text, 3, type, "table", -4);
        KernelImage image = Kernels.Image(file);
        Assert.Equal(image.AddressOf("table"), image.Target(image.AddressOf("kernel_main") + 3));
    }

    [Fact]
    public void Absolute32_InADebugSection_IsSymbolPlusAddend()
    {
        ObjectBuilder file = Kernels.Empty();
        int strings = file.AddSection(".debug_str", new byte[16], 0);
        int information = file.AddSection(".debug_info", new byte[8], 0);
        file.Define("strings", strings, type: ElfFormat.SymbolSection).Relocate(information, 4, ElfFormat.RelocationAbsolute32, "strings", 9);
        LinkResult result = Kernels.Link(file);
        Assert.Empty(result.Errors);
        ElfFile elf = ElfFile.Parse(result.Image, "test.elf");
        Assert.Equal("0000000009000000", Kernels.Hex(elf.FindSection(".debug_info")!.Data.Span));
    }

    [Fact]
    public void Absolute32_OfAKernelAddress_DoesNotFit()
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.Define("table", data, type: ElfFormat.SymbolObject).Relocate(data, 0, ElfFormat.RelocationAbsolute32, "table");
        LinkDiagnostic error = Kernels.SingleError(file);
        Assert.Equal(LinkDiagnostic.BadRelocation, error.Code);
        Assert.Contains("does not fit in 32 bits", error.Message, StringComparison.Ordinal);
        Assert.Contains("'table'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7fffffffL)]
    [InlineData(-0x80000000L - 0x200000)]
    public void Relative32_TooFar_DoesNotFit(long addend)
    {
        ObjectBuilder file = Kernels.Of([Kernels.Call, 0, 0, 0, 0, Kernels.Return], out int text);
        int data = file.AddData(new byte[16]);
        file.Define("far", data).Relocate(text, 1, ElfFormat.RelocationCall32, "far", addend);
        LinkDiagnostic error = Kernels.SingleError(file);
        Assert.Equal(LinkDiagnostic.BadRelocation, error.Code);
        Assert.Contains("'kernel_main' refers to 'far'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(9u)] // R_X86_64_GOTPCREL
    [InlineData(11u)] // R_X86_64_32S
    [InlineData(uint.MaxValue)]
    public void UnknownType_IsAnError(uint type)
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.Define("table", data).Relocate(data, 0, type, "table");
        LinkDiagnostic error = Kernels.SingleError(file);
        Assert.Equal(LinkDiagnostic.BadRelocation, error.Code);
        Assert.Contains($"relocation type {type} is not supported", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13UL, ElfFormat.RelocationRelative32)]
    [InlineData(9UL, ElfFormat.RelocationAbsolute64)]
    [InlineData(ulong.MaxValue, ElfFormat.RelocationAbsolute64)]
    public void PlaceOutsideItsSection_IsABadFile(ulong offset, uint type)
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.Define("table", data).Relocate(data, offset, type, "table");
        Assert.Throws<ImageFormatException>(() => Kernels.Link(file));
    }

    [Fact]
    public void NullSymbol_IsABadFile()
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.RelocateIndex(data, 0, ElfFormat.RelocationAbsolute64, 0);
        Assert.Throws<ImageFormatException>(() => Kernels.Link(file));
    }

    [Fact]
    public void SymbolInASectionThatDoesNotExist_IsABadFile()
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[16]);
        file.Define("lost", 77).Relocate(data, 0, ElfFormat.RelocationAbsolute64, "lost");
        Assert.Throws<ImageFormatException>(() => Kernels.Link(file));
    }
}
