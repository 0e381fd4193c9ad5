using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator;

/// <summary>
/// Finds the type arguments of an instruction's method. <c>T</c> and <c>TOther</c> are the widths of operands 0 and 1;
/// <c>TFirst</c>, <c>TSecond</c> and <c>TThird</c> say where operands 0, 1 and 2 are; other parameters take the attribute's
/// own type arguments in order.
/// </summary>
internal sealed class InstructionBinder
{
    private const string OperandNamespace = "global::ParaKit.Hardware.Cpu.";

    private readonly IReadOnlyList<InstructionOperand> _operands;
    private readonly ImmutableArray<ITypeSymbol> _attributeArguments;
    private readonly string _code;
    private string? _error;

    private InstructionBinder(string code, ImmutableArray<ITypeSymbol> attributeArguments)
    {
        _code = code;
        _operands = InstructionOperand.Parse(code);
        _attributeArguments = attributeArguments;
    }

    public static InstructionEntry Bind(IMethodSymbol method, string code, ImmutableArray<ITypeSymbol> attributeArguments)
    {
        var binder = new InstructionBinder(code, attributeArguments);
        bool memory = binder._operands.Any(o => o.CanBeMemory);
        bool memoryOnly = binder._operands.Any(o => o.CanBeMemory && !o.CanBeRegister);
        string name = Symbols.FullName(method);
        string? registerForm = memoryOnly ? null : name + binder.Arguments(method, memory: false);
        string? memoryForm = memory ? name + binder.Arguments(method, memory: true) : null;
        return new InstructionEntry(code, registerForm, memoryForm, name, binder._error);
    }

    private string Arguments(IMethodSymbol method, bool memory)
    {
        if (method.TypeParameters.IsEmpty)
        {
            return "";
        }

        int next = 0;
        IEnumerable<string> arguments = method.TypeParameters.Select(parameter => parameter.Name switch
        {
            "T" => WidthOf(0),
            "TOther" => WidthOf(1),
            "TFirst" => PlaceOf(0, memory),
            "TSecond" => PlaceOf(1, memory),
            "TThird" => PlaceOf(2, memory),
            _ => AttributeArgument(next++),
        });
        return "<" + string.Join(", ", arguments.ToList()) + ">";
    }

    private string WidthOf(int operand)
    {
        switch (operand < _operands.Count ? _operands[operand].Bits : 0)
        {
            case 8:
                return "byte";
            case 16:
                return "ushort";
            case 32:
                return "uint";
            case 64:
                return "ulong";
            case 128:
                return "global::System.UInt128";
            default:
                _error = $"{_code} does not say how wide operand {operand} is";
                return "ulong";
        }
    }

    private string PlaceOf(int operand, bool memory)
    {
        if (operand < _operands.Count)
        {
            InstructionOperand place = _operands[operand];
            if (place.IsImmediate)
            {
                return OperandNamespace + "ImmediateOperand";
            }

            if (place.CanBeMemory && memory)
            {
                return OperandNamespace + "MemoryOperand";
            }

            if (place.CanBeRegister)
            {
                return OperandNamespace + "RegisterOperand";
            }
        }

        _error = $"{_code} does not say where operand {operand} is";
        return OperandNamespace + "RegisterOperand";
    }

    private string AttributeArgument(int index)
    {
        if (index < _attributeArguments.Length)
        {
            return _attributeArguments[index].ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        }

        _error = $"{_code}'s attribute has too few type arguments";
        return "object";
    }
}
