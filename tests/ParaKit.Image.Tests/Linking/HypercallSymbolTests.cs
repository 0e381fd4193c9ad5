using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Linking;

/// <summary>A symbol pk_hypercall{arguments}_{number} is a stub of the hypercall page (Xen public/xen.h, "Hypercall page").</summary>
public sealed class HypercallSymbolTests
{
    [Theory]
    [InlineData("pk_hypercall0_0", 0)]
    [InlineData("pk_hypercall2_29", 29)]
    [InlineData("pk_hypercall3_18", 18)]
    [InlineData("pk_hypercall1_127", 127)]
    public void UpToThreeArguments_CallTheStubItself(string symbol, int number)
    {
        KernelImage image = Kernels.Image(Kernels.Calling(symbol), ImageMode.Paravirt);
        ulong stub = image.AddressOf("pk_hypercall_page") + (32 * (ulong)number);
        Assert.Equal(stub, image.Target(image.AddressOf("kernel_main") + 1));
    }

    [Theory]
    [InlineData("pk_hypercall4_1", 1)]
    [InlineData("pk_hypercall5_26", 26)]
    public void MoreArguments_MoveTheFourthFirst(string symbol, int number)
    {
        KernelImage image = Kernels.Image(Kernels.Calling(symbol), ImageMode.Paravirt);
        ulong routine = image.Target(image.AddressOf("kernel_main") + 1);
        Assert.Equal(image.AddressOf(symbol), routine);
        Assert.Equal("4989cae9", Kernels.Hex(image.Bytes(routine, 4))); // mov r10,rcx; jmp
        Assert.Equal(image.AddressOf("pk_hypercall_page") + (32 * (ulong)number), image.Target(routine + 4));
    }

    [Theory]
    [InlineData("pk_hypercall6_1")]
    [InlineData("pk_hypercall1_128")]
    [InlineData("pk_hypercall_1")]
    [InlineData("pk_hypercall1_")]
    [InlineData("pk_hypercall1_1_1")]
    [InlineData("pk_hypercall-1_1")]
    [InlineData("pk_hypercall1_+1")]
    public void OtherForms_AreUndefined(string symbol) =>
        Assert.Equal(LinkDiagnostic.UndefinedSymbol, Kernels.SingleError(Kernels.Calling(symbol), ImageMode.Paravirt).Code);

    [Fact]
    public void Page_IsOnePageOfBreakpointsUntilXenFillsIt()
    {
        KernelImage image = Kernels.Image(Kernels.Empty(), ImageMode.Paravirt);
        ulong page = image.AddressOf("pk_hypercall_page");
        Assert.Equal(0UL, page % 4096);
        Assert.All(image.Bytes(page, 4096).ToArray(), b => Assert.Equal(0xcc, b));
    }
}
