using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Linking;

/// <summary>A call of a machine operation becomes the instructions in place when they fit; otherwise it stays a call.</summary>
public sealed class CallSiteTests
{
    [Theory]
    [InlineData("pk_x86_cli", "fa0f1f4000")] // cli; nop4
    [InlineData("pk_x86_pushf", "9c580f1f00")] // pushfq; pop rax; nop3
    [InlineData("pk_x86_write_cr3", "0f22df6690")] // mov cr3, rdi; nop2
    [InlineData("pk_x86_out8", "89fa89f0ee")] // five bytes: no room left, none needed
    [InlineData("pk_x86_out16", "")] // six bytes
    [InlineData("pk_x86_rdmsr", "")]
    public void Call_IsReplacedWhenItFits(string operation, string expected)
    {
        KernelImage image = Kernels.Image(Kernels.Calling(operation));
        if (expected.Length > 0)
        {
            Assert.Equal(expected, Kernels.Hex(image.BytesOf("kernel_main", 5)));
            Assert.False(image.TryGetAddress("nothing", out _));
        }
        else
        {
            AssertReachesRoutine(image, operation, Kernels.Call);
        }
    }

    [Theory]
    [InlineData("pk_x86_cli", "fac30f1f00")] // cli; ret; nop3
    [InlineData("pk_x86_write_cr3", "0f22dfc390")] // mov cr3, rdi; ret; nop
    [InlineData("pk_x86_out8", "")] // five bytes and a return
    [InlineData("pk_x86_cpuid", "")]
    public void TailJump_NeedsRoomForTheReturn(string operation, string expected)
    {
        KernelImage image = Kernels.Image(Kernels.Calling(operation, Kernels.Jump));
        if (expected.Length > 0)
        {
            Assert.Equal(expected, Kernels.Hex(image.BytesOf("kernel_main", 5)));
        }
        else
        {
            AssertReachesRoutine(image, operation, Kernels.Jump);
        }
    }

    [Fact]
    public void BytesAroundTheSite_Stay()
    {
        ObjectBuilder file = Kernels.Of([0x31, 0xc0, Kernels.Call, 0, 0, 0, 0, 0x89, 0xc2, Kernels.Return], out int text);
        KernelImage image = Kernels.Image(file.Relocate(text, 3, ElfFormat.RelocationCall32, "pk_x86_sti", -4));
        Assert.Equal("31c0fb0f1f400089c2c3", Kernels.Hex(image.BytesOf("kernel_main", 10)));
    }

    [Fact]
    public void AddressTaken_IsTheRoutine()
    {
        ObjectBuilder file = Kernels.Of([0x48, 0x8d, 0x05, 0, 0, 0, 0, Kernels.Return], out int text); // lea rax, [rip+cli]
        int data = file.AddData(new byte[8]);
        file.Define("pointer", data, type: ElfFormat.SymbolObject)
            .Relocate(text, 3, ElfFormat.RelocationRelative32, "pk_x86_cli", -4)
            .Relocate(data, 0, ElfFormat.RelocationAbsolute64, "pk_x86_cli");
        LinkResult result = Kernels.Link(file);
        KernelImage image = KernelImage.Load(result.Image.Span, "test.elf");
        Assert.Empty(result.Patches);
        Assert.Equal("fac3", Kernels.Hex(image.BytesOf("pk_x86_cli", 2)));
        Assert.Equal(image.AddressOf("pk_x86_cli"), image.Target(image.AddressOf("kernel_main") + 3));
        Assert.Equal(image.AddressOf("pk_x86_cli"), BitConverter.ToUInt64(image.BytesOf("pointer", 8)));
    }

    [Fact]
    public void Patches_AreListedWithBeforeAndAfter()
    {
        PatchSite patch = Assert.Single(Kernels.Link(Kernels.Calling("pk_x86_hlt")).Patches);
        Assert.Equal(("kernel_main", "pk_x86_hlt"), (patch.Function, patch.Operation));
        Assert.Equal("e800000000", Kernels.Hex(patch.Before.Span));
        Assert.Equal("f40f1f4000", Kernels.Hex(patch.After.Span));
        Assert.Equal(
            "kernel_main\n  before  e800000000      call pk_x86_hlt\n  after   f4              hlt\n          0f1f4000        nop dword [rax]\n",
            PatchListing.Render([patch]));
    }

    [Theory]
    [InlineData("pk_pv_pushf")]
    [InlineData("pk_x86_pause")]
    public void InnocuousOperation_IsPatchedInParavirtualImagesToo(string operation) =>
        Assert.Single(Kernels.Link(Kernels.Calling(operation), ImageMode.Paravirt).Patches);

    private static void AssertReachesRoutine(KernelImage image, string operation, byte opcode)
    {
        ulong main = image.AddressOf("kernel_main");
        Assert.Equal(opcode, image.Bytes(main, 1)[0]);
        Assert.Equal(image.AddressOf(operation), image.Target(main + 1));
        byte[] expected = [.. MachineOperations.Find(operation)!.Bytes, Kernels.Return];
        Assert.Equal(Kernels.Hex(expected), Kernels.Hex(image.BytesOf(operation, expected.Length)));
    }
}
