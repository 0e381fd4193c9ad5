using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

/// <summary>PK0003 for properties, PK0007 and PK0205.</summary>
public sealed class PrivilegeFixTests
{
    [Theory]
    [InlineData("bool k = (frame->Cs & 3) == 0;", "bool k = !frame->FromUser;")]
    [InlineData("bool k = (frame->Cs & 3) != 0;", "bool k = frame->FromUser;")]
    [InlineData("if ((frame->Cs & 3) == 3) { }", "if (frame->FromUser) { }")]
    [InlineData("if ((frame->Cs & 0x3) != 3) { } // keep", "if (!frame->FromUser) { } // keep")]
    [InlineData("if (other.Cs == Gdt.KernelCode) { }", "if (other.Cs == X86.KernelCodeSelector()) { }")]
    [InlineData("if (frame->Ss != 0x23) { }", "if (frame->Ss != X86.UserDataSelector()) { }")]
    [InlineData("frame->Cs = 8;", "frame->Cs = X86.KernelCodeSelector();")]
    [InlineData("frame->Ss = Gdt.UserData;", "frame->Ss = X86.UserDataSelector();")]
    public async Task Frame_IsAskedAndGetsSelectors(string statement, string expected)
    {
        await FixCheck.FixesAsync<PrivilegeDependenceRule, PrivilegeDependenceFix>(Method(statement), Method(expected));
        await AnalyzerCheck.MatchesAsync<PrivilegeDependenceRule>(Method(expected));
    }

    [Theory]
    [InlineData("if (X86.Sldt() == 0) { }")]
    [InlineData("if ((X86.ReadCs() & 3) == 0) { }")]
    [InlineData("if ((frame->Cs & 3) == 1) { }")]
    [InlineData("frame->Cs = 9;")]
    [InlineData("if (frame->Ss is 0x10) { }")]
    public Task OtherTests_AreLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<PrivilegeDependenceRule, PrivilegeDependenceFix>(Method(statement));

    [Fact]
    public Task FixAll_FixesInitializersAndNeighbours() => FixCheck.FixesAllAsync<PrivilegeDependenceRule, PrivilegeDependenceFix>(
        Method("var made = new TrapFrame { Cs = Gdt.UserCode, Ss = 0x23 }; if ((made.Cs & 3) == 0 || (frame->Cs & 3) == 0) { }"),
        Method("var made = new TrapFrame { Cs = X86.UserCodeSelector(), Ss = X86.UserDataSelector() }; if (!made.FromUser || !frame->FromUser) { }"));

    [Theory]
    [InlineData("var m = new Mfn(pfn.Number);", "var m = FrameTranslation.ToMachine(pfn);")]
    [InlineData("Pfn p = new(mfn.Number);", "Pfn p = FrameTranslation.ToPhysical(mfn);")]
    [InlineData("var m = Mfn.Containing(pfn.Address);", "var m = FrameTranslation.ToMachine(pfn);")]
    [InlineData("var o = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = pfn.Number };", "var o = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = FrameTranslation.ToMachine(pfn).Number };")]
    public async Task Frame_IsTranslated(string statement, string expected)
    {
        await FixCheck.FixesAsync<MixedAddressKindsRule, MixedAddressKindsFix>(Method(statement), Method(expected));
        await AnalyzerCheck.MatchesAsync<MixedAddressKindsRule>(Method(expected));
    }

    [Theory]
    [InlineData("var v = new Vpn(pfn.Number);")]
    [InlineData("var m = new Mfn(pfn.Number + 1);")]
    [InlineData("bool same = pfn.Number == mfn.Number;")]
    public Task OtherMixtures_AreLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<MixedAddressKindsRule, MixedAddressKindsFix>(Method(statement));

    [Theory]
    [InlineData("Cpu.Cr3 = 4;", "Cpu.WriteCr3(4);")]
    [InlineData("ulong x = Cpu.Cr3 + 1;", "ulong x = Cpu.ReadCr3() + 1;")]
    [InlineData("Cpu.Cr3 |= 1 + 2;", "Cpu.WriteCr3(Cpu.ReadCr3() | (1 + 2));")]
    [InlineData("Cpu.Cr3 = Cpu.Cr3 & ~7ul; // keep", "Cpu.WriteCr3(Cpu.ReadCr3() & ~7ul); // keep")]
    public async Task Property_BecomesAMethod(string statement, string expected)
    {
        await FixCheck.FixesAllAsync<UnrewritableUseRule, SensitivePropertyFix>(Method(statement), Method(expected));
        await AnalyzerCheck.MatchesAsync<UnrewritableUseRule>(Method(expected));
    }

    [Theory]
    [InlineData("ulong x = Cpu.Cr2;")]
    [InlineData("Cpu.Cr3++;")]
    [InlineData("ulong x = Cpu.Cr3 = 5;")]
    public Task Property_WithoutMethods_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<UnrewritableUseRule, SensitivePropertyFix>(Method(statement));

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        static class Cpu
        {
            public static ulong Cr2 { [Sensitive("mov r64, cr2", Sensitivity.Privileged)] get => 0; }
            public static ulong Cr3
            {
                [Sensitive("mov r64, cr3", Sensitivity.Privileged)] get => ReadCr3();
                [Sensitive("mov cr3, r64", Sensitivity.Privileged)] set => WriteCr3(value);
            }
            public static ulong ReadCr3() => X86.ReadCr3();
            public static void WriteCr3(ulong value) => X86.WriteCr3(value);
        }
        static unsafe class Kernel
        {
            static void M(TrapFrame* frame, TrapFrame other, Pfn pfn, Mfn mfn)
            {
                {{statements}}
            }
        }
        """;
}
