using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Linking;

/// <summary>What the linker refuses, and how it says so.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData(ImageMode.Native)]
    [InlineData(ImageMode.Paravirt)]
    public void UndefinedSymbol_NamesSymbolAndFunction(ImageMode mode)
    {
        LinkDiagnostic error = Kernels.SingleError(Kernels.Calling("fmod"), mode);
        Assert.Equal(LinkDiagnostic.UndefinedSymbol, error.Code);
        Assert.Contains("undefined symbol 'fmod' (used in 'kernel_main')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KernelWithoutMain_IsToldHowToWriteOne()
    {
        var file = new ObjectBuilder();
        int text = file.AddCode([Kernels.Return]);
        LinkDiagnostic error = Kernels.SingleError(file.Define("something", text, 0, 1));
        Assert.Equal(LinkDiagnostic.UndefinedSymbol, error.Code);
        Assert.Contains("'kernel_main'", error.Message, StringComparison.Ordinal);
        Assert.Contains("RuntimeExport", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> SensitiveOperations => [.. MachineOperations.All.Where(o => o.IsSensitive).Select(o => o.Symbol)];

    [Theory]
    [MemberData(nameof(SensitiveOperations))]
    public void SensitiveOperation_InAParavirtualImage_IsAnError(string operation)
    {
        LinkDiagnostic error = Kernels.SingleError(Kernels.Calling(operation), ImageMode.Paravirt);
        Assert.Equal(LinkDiagnostic.PrivilegedOperation, error.Code);
        Assert.Contains($"'{operation}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'kernel_main'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressOfASensitiveOperation_InAParavirtualImage_IsAnError()
    {
        ObjectBuilder file = Kernels.Empty();
        int data = file.AddData(new byte[8]);
        LinkDiagnostic error = Kernels.SingleError(file.Relocate(data, 0, ElfFormat.RelocationAbsolute64, "pk_x86_cli"), ImageMode.Paravirt);
        Assert.Equal(LinkDiagnostic.PrivilegedOperation, error.Code);
    }

    [Fact]
    public void HypercallInANativeImage_IsUndefined() =>
        Assert.Equal(LinkDiagnostic.UndefinedSymbol, Kernels.SingleError(Kernels.Calling("pk_hypercall2_29")).Code);

    [Theory]
    [InlineData("pk_x86_cli")]
    [InlineData("pk_hypercall2_29")]
    [InlineData("pk_stack_top")]
    public void UserProgramThatReachesTheKernel_IsAnError(string symbol)
    {
        LinkResult result = Kernels.Link(UserProgramCalling(symbol), symbol.StartsWith("pk_hypercall", StringComparison.Ordinal) ? ImageMode.Paravirt : ImageMode.Native);
        LinkDiagnostic error = Assert.Single(result.Errors);
        Assert.Equal(LinkDiagnostic.UserProgram, error.Code);
        Assert.Contains($"reaches '{symbol}' (in 'helper')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UserProgramWithASystemCall_IsLinkedForUserAddresses()
    {
        KernelImage image = Kernels.Image(UserProgramCalling("pk_user_syscall"));
        ulong start = image.AddressOf("pk_user_start");
        Assert.Equal(new LinkOptions(ImageMode.Native).UserBase, image.AddressOf("user:user_main"));
        ulong helper = image.AddressOf("user:helper") - image.AddressOf("user:user_main");
        Assert.Equal(start + helper, image.Target(start + 1));
        ReadOnlySpan<byte> operation = image.Bytes(image.Target(start + helper + 1), 15);
        Assert.Equal("4889f84889f74889d64889ca0f05c3", Kernels.Hex(operation)); // mov rax,rdi; mov rdi,rsi; mov rsi,rdx; mov rdx,rcx; syscall; ret
    }

    [Fact]
    public void Error_HasTheFormThatMSBuildReads()
    {
        var error = new LinkDiagnostic(LinkDiagnostic.UndefinedSymbol, "text", new SourceLine("Kernel.cs", 12));
        Assert.Equal("Kernel.cs(12): error PKLINK001: text", error.Format("x.o "));
        Assert.Equal("x.o : error PKLINK001: text", (error with { Line = null }).Format("x.o "));
    }

    [Fact]
    public void NotAnObject_IsABadFile() =>
        Assert.Throws<ImageFormatException>(() => KernelLinker.Link(Sample.Image("native"), "Guest.elf", new LinkOptions(ImageMode.Native)));

    /// <summary>user_main calls helper through a relocation-free call, as the compiler writes it; helper calls the symbol.</summary>
    private static ObjectBuilder UserProgramCalling(string symbol)
    {
        byte[] code = new byte[48];
        code.AsSpan().Fill(0x90);
        code[0] = Kernels.Return;
        byte[] callHelper = [Kernels.Call, 11, 0, 0, 0, Kernels.Return]; // from 16 + 5 to 32
        byte[] callSymbol = [Kernels.Call, 0, 0, 0, 0, Kernels.Return];
        callHelper.CopyTo(code, 16);
        callSymbol.CopyTo(code, 32);
        var file = new ObjectBuilder();
        int text = file.AddCode(code);
        return file.Define("kernel_main", text, 0, 1).Define("user_main", text, 16, 6).Define("helper", text, 32, 6)
            .Relocate(text, 33, ElfFormat.RelocationCall32, symbol, -4);
    }
}
