using Iced.Intel;

namespace ParaKit.Rewriter.Certifying;

/// <summary>Which registers and stack slots hold an address that code took, along its instructions; forgotten where control flow ends.</summary>
internal sealed class PointerTrail
{
    private readonly Dictionary<Register, Pointer> _registers = [];
    private readonly Dictionary<(Register Base, ulong Displacement), Pointer> _slots = [];

    /// <summary>Takes the next instruction; the pointer if it transfers control through one.</summary>
    internal Pointer? Note(in Instruction instruction)
    {
        Pointer? through = instruction.FlowControl is FlowControl.IndirectCall or FlowControl.IndirectBranch ? Read(in instruction, 0) : null;
        switch (UndefinedSpace.Contains(in instruction) ? FlowControl.Next : instruction.FlowControl)
        {
            case FlowControl.IndirectCall or FlowControl.Call:
                Forget(Register.RAX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.R8, Register.R9, Register.R10, Register.R11);
                break;
            case FlowControl.Return or FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Exception:
                _registers.Clear();
                _slots.Clear();
                break;
            default:
                Write(in instruction, Value(in instruction));
                break;
        }

        return through;
    }

    private Pointer? Value(in Instruction instruction) => instruction switch
    {
        { Mnemonic: Mnemonic.Lea, IsIPRelativeMemoryOperand: true } => new Pointer(instruction.IPRelativeMemoryAddress, instruction.IP),
        { Mnemonic: Mnemonic.Mov, Op1Kind: OpKind.Immediate64 or OpKind.Immediate32to64 } => new Pointer(instruction.GetImmediate(1), instruction.IP),
        { Mnemonic: Mnemonic.Mov } => Read(in instruction, 1),
        _ => null,
    };

    private Pointer? Read(in Instruction instruction, int operand) => instruction.GetOpKind(operand) switch
    {
        OpKind.Register => _registers.TryGetValue(instruction.GetOpRegister(operand).GetFullRegister(), out Pointer held) ? held : null,
        OpKind.Memory when IsSlot(in instruction) => _slots.TryGetValue(SlotOf(in instruction), out Pointer held) ? held : null,
        _ => null,
    };

    private void Write(in Instruction instruction, Pointer? value)
    {
        if (instruction.Mnemonic is Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Push or Mnemonic.Nop || instruction.OpCount == 0)
        {
            return;
        }

        if (instruction.Op0Kind == OpKind.Register)
        {
            Set(_registers, instruction.Op0Register.GetFullRegister(), value);
        }
        else if (instruction.Op0Kind == OpKind.Memory && IsSlot(in instruction))
        {
            Set(_slots, SlotOf(in instruction), value);
        }
    }

    private static void Set<T>(Dictionary<T, Pointer> known, T place, Pointer? value)
        where T : notnull
    {
        if (value is { } pointer)
        {
            known[place] = pointer;
        }
        else
        {
            known.Remove(place);
        }
    }

    private void Forget(params ReadOnlySpan<Register> registers)
    {
        foreach (Register register in registers)
        {
            _registers.Remove(register);
        }
    }

    private static bool IsSlot(in Instruction instruction) =>
        instruction.MemoryBase is Register.RSP or Register.RBP && instruction.MemoryIndex == Register.None;

    private static (Register Base, ulong Displacement) SlotOf(in Instruction instruction) => (instruction.MemoryBase, instruction.MemoryDisplacement64);

    /// <param name="Target">The address.</param>
    /// <param name="TakenBy">The instruction that took it.</param>
    internal readonly record struct Pointer(ulong Target, ulong TakenBy);
}
