using Iced.Intel;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Marks the method that is the meaning of some instruction codes. ParaKit.TableGenerator derives the type arguments
/// <c>T</c>, <c>TOther</c> (widths) and <c>TFirst</c>, <c>TSecond</c>, <c>TThird</c> (places) from the operands in the code's name.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class InstructionAttribute(params Code[] codes) : Attribute
{
    public Code[] Codes { get; } = codes;
}

/// <summary>As <see cref="InstructionAttribute"/>, for a method with one more type parameter that says which operation.</summary>
/// <typeparam name="TOperation">The argument for the method's remaining type parameter.</typeparam>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class InstructionAttribute<TOperation>(params Code[] codes) : Attribute
{
    public Code[] Codes { get; } = codes;
}
