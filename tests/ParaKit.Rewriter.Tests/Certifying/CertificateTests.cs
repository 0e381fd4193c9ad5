using ParaKit.Image;
using ParaKit.Image.Linking;
using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Tests.Support;

namespace ParaKit.Rewriter.Tests.Certifying;

/// <summary>Violations of each kind, planted into real images, are seen.</summary>
public sealed class CertificateTests
{
    private static MachineCodeCertificate Paravirt(byte[] file) =>
        MachineCodeCertifier.Certify(KernelImage.Load(file, "planted"), MonitorTechnique.Paravirt);

    [Fact]
    public void Sample_Holds()
    {
        MachineCodeCertificate certificate = Paravirt(Kernels.SampleFile("paravirt"));
        Assert.True(certificate.Holds, string.Join('\n', certificate.Violations));
        Assert.NotEmpty(certificate.Instructions);
    }

    /// <summary>Code that was written by hand into a function.</summary>
    [Theory]
    [InlineData("fac3", "cli")]
    [InlineData("9dc3", "popf")]
    [InlineData("9c58c3", "pushf")]
    [InlineData("0f20d8c3", "mov r, cr")]
    [InlineData("0f01e0c3", "smsw")]
    public void HandWrittenStub_IsSeen(string code, string name)
    {
        byte[] file = Kernels.SampleFile("paravirt");
        (ulong address, int offset) = FunctionOf(file, "kernel_main");
        Convert.FromHexString(code).CopyTo(file, offset);
        CertifiedInstruction violation = Assert.Single(Paravirt(file).Violations, v => v.Finding.Address == address);
        Assert.Equal(name, violation.Finding.Kind.Name);
        Assert.Equal("kernel_main", violation.Finding.Symbol?.Name);
        Assert.Null(violation.Source);
    }

    /// <summary>mov eax, 0xc3fa, and a jump into it: no disassembly from the function's start shows it.</summary>
    [Fact]
    public void HiddenInAnImmediate_IsSeen()
    {
        byte[] file = Kernels.SampleFile("paravirt");
        (ulong address, int offset) = FunctionOf(file, "kernel_main");
        Convert.FromHexString("7401b8fac30000c3").CopyTo(file, offset);
        Assert.Contains(Paravirt(file).Violations, v => v.Finding.Address == address + 3 && v.Finding.IsOverlapping);
    }

    /// <summary>lea rax, [data]; call rax; ret, with "cli; ret" in the data.</summary>
    [Theory]
    [InlineData("fac3", true)]
    [InlineData("90c3", false)]
    [InlineData("fa06c3", false)]
    public void ByteBlobThatIsCalled_IsSeen(string blob, bool isSeen)
    {
        byte[] file = Kernels.SampleFile("paravirt");
        KernelImage image = KernelImage.Load(file, "paravirt");
        (ulong address, int offset) = FunctionOf(file, "kernel_main");
        CodeSection data = image.Code.Sections.First(s => !s.IsCode && s.Data.Length > 64);
        Convert.FromHexString(blob).CopyTo(file, (int)data.Offset + 16);
        byte[] distance = BitConverter.GetBytes((int)(data.Address + 16 - (address + 7)));
        ((byte[])[0x48, 0x8d, 0x05, .. distance, 0xff, 0xd0, 0xc3]).CopyTo(file, offset);
        Assert.Equal(isSeen, Paravirt(file).Violations.Any(v => v.IsInData && v.Finding.Address == data.Address + 16));
    }

    /// <summary>A record does not make an instruction harmless: what is there must be what it says.</summary>
    [Fact]
    public void FalseRecord_IsSeen()
    {
        byte[] file = Kernels.SampleFile("native");
        KernelImage image = KernelImage.Load(file, "native");
        MachineSite site = image.MachineSites.First(s => s.Operation == "pk_x86_cli");
        CodeSection section = image.Code.FindSection(site.Address)!;
        file[(int)(section.Offset + (site.Address - section.Address))] = 0xf4;
        MachineCodeCertificate certificate = MachineCodeCertifier.Certify(KernelImage.Load(file, "planted"), MonitorTechnique.Native);
        Assert.Equal(site, Assert.Single(certificate.FalseSites));
        Assert.False(certificate.Holds);
    }

    [Fact]
    public void NativeImage_AsParavirt_IsFullOfViolations()
    {
        MachineCodeCertificate certificate = Paravirt(Kernels.SampleFile("native"));
        Assert.Superset(new HashSet<string> { "cli", "sti", "hlt", "lidt", "mov cr, r" }, certificate.Violations.Select(v => v.Finding.Kind.Name).ToHashSet());
    }

    [Fact]
    public void NativeImage_EveryInstructionComesFromAnOperationOrTheLinker()
    {
        MachineCodeCertificate certificate = MachineCodeCertifier.Certify(Kernels.Sample("native"), MonitorTechnique.Native);
        Assert.True(certificate.Holds);
        Assert.All(certificate.Instructions, i => Assert.NotNull(i.Source));
        Assert.All(certificate.Instructions.Where(i => i.Source!.StartsWith("pk_x86_", StringComparison.Ordinal)), i => Assert.False(MachineCode.OfOperation(i.Source!).IsEmpty && !MachineCode.IsRoutine(i.Source!)));
    }

    [Fact]
    public void Trap_SaysWhatFailsSilently()
    {
        MachineCodeCertificate certificate = MachineCodeCertifier.Certify(Kernels.Sample("native"), MonitorTechnique.Trap);
        Assert.False(certificate.Holds);
        Assert.All(certificate.Violations, v => Assert.Equal(InstructionClass.SensitiveUnprivileged, v.Finding.Kind.Class));
        Assert.True(MachineCodeCertifier.Certify(Kernels.Sample("native"), MonitorTechnique.Hardware).Holds);
    }

    private static (ulong Address, int Offset) FunctionOf(byte[] file, string symbol)
    {
        KernelImage image = KernelImage.Load(file, "function");
        Assert.True(image.TryGetAddress(symbol, out ulong address));
        CodeSection section = image.Code.FindSection(address)!;
        return (address, (int)(section.Offset + (address - section.Address)));
    }
}
