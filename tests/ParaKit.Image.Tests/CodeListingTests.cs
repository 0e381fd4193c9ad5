using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests;

/// <summary>Source line → machine code.</summary>
public sealed class CodeListingTests
{
    private static readonly CodeListing s_native = new(Sample.Load("native"));

    [Fact]
    public void Line_HasTheCodeOfItsFunction()
    {
        int line = Sample.LineOf("Kernel.cs", "X86.Cli();");
        CodeRange range = Assert.Single(s_native.Find("Kernel.cs", line, line));
        Assert.Equal("kernel_main", range.Function);
        Assert.Contains("cli", range.Instructions);
    }

    [Fact]
    public void Lines_OfAWholeFile_NameNoAddressAsADisplacement()
    {
        string?[] all = [.. s_native.Find("Scheduler.cs", 1, int.MaxValue).SelectMany(range => range.Instructions)];
        Assert.Contains(all, instruction => instruction?.StartsWith("call ", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(all, instruction => instruction?.Contains("rbp+_", StringComparison.Ordinal) == true || instruction?.Contains("rsp+_", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(all, instruction => instruction == "(bad)");
    }

    [Theory]
    [InlineData("Kernel.cs", 1)]
    [InlineData("Missing.cs", 10)]
    [InlineData("ernel.cs", 10)]
    [InlineData("Other/Kernel.cs", 24)]
    public void LineWithoutCode_IsEmpty(string file, int line) => Assert.Empty(s_native.Find(file, line, line));
}
