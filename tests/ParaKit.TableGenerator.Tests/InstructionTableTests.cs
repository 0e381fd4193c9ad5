using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator.Tests;

public sealed class InstructionTableTests
{
    private const string Attributes = """
        namespace Iced.Intel { public enum Code { Add_rm32_r32, Movzx_r64_rm8, Stosb_m8_AL, Rol_rm8_1, Clc, Call_rel32_64, Jo_rel8_64 } }
        namespace ParaKit.Hardware.Cpu
        {
            [System.AttributeUsage(System.AttributeTargets.Method, AllowMultiple = true)]
            internal sealed class InstructionAttribute(params Iced.Intel.Code[] codes) : System.Attribute { }
            [System.AttributeUsage(System.AttributeTargets.Method, AllowMultiple = true)]
            internal sealed class InstructionAttribute<T>(params Iced.Intel.Code[] codes) : System.Attribute { }
        }
        """;

    [Theory]
    [InlineData("Add_rm32_r32", "Do<T, TFirst, TSecond>", "Do<uint, R, R>", "Do<uint, M, R>")]
    [InlineData("Movzx_r64_rm8", "Do<T, TOther, TSecond>", "Do<ulong, byte, R>", "Do<ulong, byte, M>")]
    [InlineData("Stosb_m8_AL", "Do<T>", null, "Do<byte>")]
    [InlineData("Rol_rm8_1", "Do<T, TFirst, TSecond>", "Do<byte, R, I>", "Do<byte, M, I>")]
    [InlineData("Clc", "Do", "Do", null)]
    public void TypeArguments_FollowFromTheCodesName(string code, string method, string? registerForm, string? memoryForm)
    {
        GeneratorRunResult result = Run($"[Instruction(Code.{code})] static void {method}() {{ }}");
        Assert.Empty(result.Diagnostics);
        string[] forms = result.GeneratedSources[0].SourceText.ToString().Split("BuildMemoryForms");
        Check(registerForm, forms[0]);
        Check(memoryForm, forms[1]);

        void Check(string? form, string text)
        {
            const string Namespace = "global::ParaKit.Hardware.Cpu.";
            string? full = form?.Replace("R", Namespace + "RegisterOperand").Replace("M", Namespace + "MemoryOperand")
                .Replace("I", Namespace + "ImmediateOperand");
            if (full is null)
            {
                Assert.DoesNotContain($"Code.{code}]", text);
            }
            else
            {
                Assert.Contains($"table[(int)Code.{code}] = &global::Family.{full};", text);
            }
        }
    }

    [Fact]
    public void AttributesTypeArgument_FillsTheRemainingParameter()
    {
        GeneratorRunResult result = Run("[Instruction<int>(Code.Jo_rel8_64)] static void Jcc<TCondition>() { }");
        Assert.Contains("&global::Family.Jcc<int>;", result.GeneratedSources[0].SourceText.ToString());
    }

    [Fact]
    public void SameCodeTwice_IsAnError() => Assert.Equal(
        "PKT001",
        Assert.Single(Run("[Instruction(Code.Clc)] static void A() { } [Instruction(Code.Clc)] static void B() { }").Diagnostics).Id);

    [Fact]
    public void WidthThatTheNameDoesNotSay_IsAnError() => Assert.Equal(
        "PKT002", Assert.Single(Run("[Instruction(Code.Call_rel32_64)] static void A<T>() { }").Diagnostics).Id);

    private static GeneratorRunResult Run(string members) => new GeneratorHarness(new InstructionTableGenerator())
        .Run(Attributes, $"using Iced.Intel; using ParaKit.Hardware.Cpu; static class Family {{ {members} }}");
}
