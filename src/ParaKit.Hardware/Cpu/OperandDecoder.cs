using System.Numerics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu;

/// <summary>Translates Iced's operands to offsets from the state pointer.</summary>
internal static unsafe class OperandDecoder
{
    public static bool IsMemory(OpKind kind) => kind is OpKind.Memory
        or (>= OpKind.MemorySegSI and <= OpKind.MemoryESRDI);

    /// <summary>A segment base together with an index register, or 32-bit addressing, needs a separate addition.</summary>
    public static bool NeedsAddressStep(in Instruction instruction) =>
        HasModRmMemory(in instruction)
        && (Is32BitAddress(in instruction)
            || (SegmentBase(instruction.MemorySegment) != 0 && instruction.MemoryIndex != Register.None));

    public static void DecodeAddressStep(DecodedInstruction* op, in Instruction instruction)
    {
        DecodeAddress(op, in instruction);
        op->Second = SegmentBase(instruction.MemorySegment) is var segment and not 0 ? segment : StateOffset.Zero;
        op->Flags |= Is32BitAddress(in instruction) ? DecodedFlags.Address32 : DecodedFlags.None;
    }

    public static void Decode(DecodedInstruction* op, in Instruction instruction)
    {
        op->Base = StateOffset.Zero;
        op->Index = StateOffset.Zero;
        if (instruction.HasRepPrefix)
        {
            op->Flags |= DecodedFlags.Repeat;
        }
        else if (instruction.HasRepnePrefix)
        {
            op->Flags |= DecodedFlags.RepeatNotEqual;
        }

        for (int i = 0; i < instruction.OpCount; i++)
        {
            DecodeOperand(op, in instruction, i);
        }
    }

    private static void DecodeOperand(DecodedInstruction* op, in Instruction instruction, int index)
    {
        OpKind kind = instruction.GetOpKind(index);
        switch (kind)
        {
            case OpKind.Register:
                ushort place = RegisterPlace(instruction.GetOpRegister(index));
                switch (index)
                {
                    case 0:
                        op->First = place;
                        break;
                    case 1:
                        op->Second = place;
                        break;
                    default:
                        op->Third = place;
                        break;
                }

                break;
            case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64:
                op->Immediate = instruction.NearBranchTarget;
                break;
            case OpKind.Memory:
                DecodeMemory(op, in instruction);
                break;
            case OpKind.Immediate8_2nd:
                op->Extra = instruction.Immediate8_2nd;
                break;
            default:
                if (IsMemory(kind))
                {
                    DecodeStringOperand(op, in instruction, kind);
                }
                else
                {
                    op->Immediate = instruction.GetImmediate(index);
                }

                break;
        }
    }

    private static void DecodeMemory(DecodedInstruction* op, in Instruction instruction)
    {
        if (instruction.MemorySegment == Register.SS)
        {
            op->Flags |= DecodedFlags.StackSegment;
        }
        else if (instruction.MemorySegment == Register.GS)
        {
            op->Flags |= DecodedFlags.GsSegment;
        }

        if (NeedsAddressStep(in instruction))
        {
            op->Base = StateOffset.ComputedAddress;
            return;
        }

        DecodeAddress(op, in instruction);
        if (SegmentBase(instruction.MemorySegment) is var segment and not 0)
        {
            op->Index = segment;
            op->Scale = 0;
        }
    }

    private static void DecodeAddress(DecodedInstruction* op, in Instruction instruction)
    {
        op->Base = instruction.IsIPRelativeMemoryOperand
            ? StateOffset.CodePage
            : AddressRegister(instruction.MemoryBase);
        op->Index = AddressRegister(instruction.MemoryIndex);
        op->Scale = (byte)BitOperations.Log2((uint)instruction.MemoryIndexScale);
        op->Displacement = (long)instruction.MemoryDisplacement64;
    }

    /// <summary>String instructions name RSI and RDI by themselves; only an FS or GS base matters.</summary>
    private static void DecodeStringOperand(DecodedInstruction* op, in Instruction instruction, OpKind kind)
    {
        if (kind is OpKind.MemorySegESI or OpKind.MemorySegEDI or OpKind.MemoryESEDI)
        {
            op->Flags |= DecodedFlags.Address32;
        }

        if (kind is OpKind.MemorySegRSI or OpKind.MemorySegESI or OpKind.MemorySegRDI or OpKind.MemorySegEDI
            && SegmentBase(instruction.MemorySegment) is var segment and not 0)
        {
            op->Index = segment;
        }
    }

    private static bool HasModRmMemory(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Memory)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Is32BitAddress(in Instruction instruction) =>
        instruction.MemoryBase is >= Register.EAX and <= Register.R15D or Register.EIP
        || instruction.MemoryIndex is >= Register.EAX and <= Register.R15D
        || (instruction.MemoryBase == Register.None && instruction.MemoryIndex == Register.None
            && instruction.MemoryDisplSize == sizeof(uint) && instruction.MemoryDisplacement64 > int.MaxValue
            && instruction.MemoryDisplacement64 <= uint.MaxValue);

    private static ushort SegmentBase(Register segment) => segment switch
    {
        Register.FS => StateOffset.FsBase,
        Register.GS => StateOffset.GsBase,
        _ => 0,
    };

    private static ushort AddressRegister(Register register) =>
        register is Register.None or Register.RIP or Register.EIP
            ? StateOffset.Zero
            : StateOffset.General(register.GetFullRegister() - Register.RAX);

    /// <summary>Offset of a general or XMM register; number of a segment, control or debug register.</summary>
    private static ushort RegisterPlace(Register register) => register switch
    {
        >= Register.AH and <= Register.BH => (ushort)(StateOffset.General(register - Register.AH) + 1),
        >= Register.XMM0 and <= Register.XMM15 => StateOffset.Xmm(register - Register.XMM0),
        >= Register.ES and <= Register.GS => (ushort)(register - Register.ES),
        >= Register.CR0 and <= Register.CR15 => (ushort)(register - Register.CR0),
        >= Register.DR0 and <= Register.DR15 => (ushort)(register - Register.DR0),
        _ when register.IsGPR() => StateOffset.General(register.GetFullRegister() - Register.RAX),
        _ => 0,
    };
}
