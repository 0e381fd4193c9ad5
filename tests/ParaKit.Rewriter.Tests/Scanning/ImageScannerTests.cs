using ParaKit.Image;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;
using ParaKit.Rewriter.Tests.Support;

namespace ParaKit.Rewriter.Tests.Scanning;

public sealed class ImageScannerTests
{
    [Fact]
    public void SampleObject_ScansLikeItsImage()
    {
        ScanReport report = ImageScanner.Scan(CodeImage.Load(Kernels.SampleObject("native"), "Guest.o"));
        Assert.Equal("ELF64 relocatable", report.Image.Format);
        Assert.True(report.Coverage.Descent > report.Coverage.Total * 0.9, $"{report.Coverage}");
    }

    [Fact]
    public void Sample_FindingHasEverything()
    {
        KernelImage image = Kernels.Sample("native");
        ScanReport report = ImageScanner.Scan(image.Code);
        ScanFinding cli = report.Findings.First(f => f.Kind.Name == "cli" && f.Line is { File: var file } && file.EndsWith(".cs", StringComparison.Ordinal));
        Assert.Equal(("cli", 1, CodeOrigin.Descent), (cli.Text, cli.Length, cli.Origin));
        Assert.NotNull(cli.Symbol);
        Assert.Equal(0xfa, Kernels.SampleFile("native")[(int)cli.Offset]);
        Assert.Equal([0xfa], cli.Bytes.ToArray());
    }

    [Fact]
    public void Sample_PvhEntry_Is32BitCode()
    {
        ScanReport report = ImageScanner.Scan(Kernels.Sample("native").Code);
        Assert.Contains(report.Findings, f => f.Section.Bits == 32 && f.Kind.Name == "mov cr, r" && f.Symbol?.Name == "pk_start_pvh");
    }

    [Fact]
    public void BzImage_IsTheKernelInside()
    {
        byte[] kernel = Kernels.SampleFile("native");
        ScanReport packed = ImageScanner.Scan(CodeImage.Load(BzImages.Gzip(kernel), "bzImage"));
        ScanReport plain = ImageScanner.Scan(CodeImage.Load(kernel, "vmlinux"));
        Assert.Equal("bzImage (gzip) of ELF64 executable", packed.Image.Format);
        Assert.Equal(plain.Findings.Select(f => (f.Address, f.Offset, f.Text)), packed.Findings.Select(f => (f.Address, f.Offset, f.Text)));
    }

    [Theory]
    [InlineData("425a68", "bzip2")]
    [InlineData("5d0000", "LZMA")]
    [InlineData("894c5a4f", "LZO")]
    [InlineData("02214c18", "LZ4")]
    [InlineData("28b52ffd", "Zstandard")]
    [InlineData("abcdef01", "unknown")]
    public void BzImage_OtherCompression_IsNamed(string magic, string name)
    {
        byte[] file = BzImages.Around([.. Convert.FromHexString(magic), .. new byte[100]]);
        Assert.Contains(name, Assert.Throws<ImageFormatException>(() => CodeImage.Load(file, "bzImage")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Elf32_IsReadAs32BitCode()
    {
        // inc eax is a REX prefix in 64-bit code, and INS has a memory operand of its own.
        ScanReport report = ImageScanner.Scan(CodeImage.Load(Elf32.Build([0x40, 0x0f, 0x01, 0xe0, 0x6c, 0xc3]), "x"));
        Assert.Equal("ELF32 executable", report.Image.Format);
        Assert.Equal(["smsw", "ins"], report.Findings.Select(f => f.Kind.Name));
        Assert.Equal([Elf32.Address + 1UL, Elf32.Address + 4UL], report.Findings.Select(f => f.Address));
    }

    [Theory]
    [InlineData(16, "0f22c0ea00000000c3", "mov cr, r", "jmp far")]
    [InlineData(32, "0f22c0ea000000000000", "mov cr, r", "jmp far")]
    [InlineData(64, "0f22c00f01d8c3", "mov cr, r", "vmrun")]
    public void FlatCode_IsReadAtItsWidth(int bits, string code, params string[] expected)
    {
        ScanReport report = ImageScanner.Scan(CodeImage.Flat(Convert.FromHexString(code), "x", bits, 0x7c00));
        Assert.Equal(expected, report.Findings.Select(f => f.Kind.Name));
        Assert.All(report.Findings, f => Assert.Equal(CodeOrigin.Descent, f.Origin));
    }

    [Fact]
    public void FlatCode_BeyondItsAddresses_IsRefused()
    {
        Assert.Throws<ImageFormatException>(() => CodeImage.Flat(new byte[16], "x", 32, uint.MaxValue));
        Assert.Throws<ImageFormatException>(() => CodeImage.Flat(default, "x", 64, 0));
    }

    [LinuxFact]
    public void Linux_KnownInstructionsAreFound()
    {
        ScanReport report = ImageScanner.Scan(Kernels.LoadLinux());
        Assert.Superset(new HashSet<string> { "cli", "sti", "hlt", "mov cr, r", "wrmsr", "rdmsr", "swapgs", "lidt", "popf", "pushf", "iret" }, report.Findings.Select(f => f.Kind.Name).ToHashSet());
        Assert.Contains(report.Findings, f => f.Symbol is not null);
    }
}
