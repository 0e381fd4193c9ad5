using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Emulation;

/// <summary>
/// Just enough decoding for the instructions in <see cref="PrivilegedInstructions"/>: prefixes, a two-byte opcode and a
/// register-form ModRM byte. Intel SDM vol. 2A, "Instruction Format".
/// </summary>
internal readonly record struct InstructionBytes
{
    private const int MaximumLength = 15;

    /// <summary>First opcode byte.</summary>
    public byte Opcode { get; private init; }

    /// <summary>Second opcode byte.</summary>
    public byte SecondOpcode { get; private init; }

    /// <summary>ModRM.reg with REX.R: the control or debug register.</summary>
    public int Register { get; private init; }

    /// <summary>ModRM.rm with REX.B: the general register.</summary>
    public int Operand { get; private init; }

    /// <summary>Length up to and without ModRM.</summary>
    public int LengthWithoutOperand { get; private init; }

    /// <summary>Length with ModRM.</summary>
    public int Length => LengthWithoutOperand + 1;

    /// <summary>Whether the instruction has a ModRM byte.</summary>
    public bool HasOperand => SecondOpcode is >= 0x20 and <= 0x23;

    /// <summary>Reads the instruction at RIP. False if it cannot be read or is too long.</summary>
    public static bool TryRead(Domain domain, out InstructionBytes instruction)
    {
        instruction = default;
        var address = domain.Vcpu.State.Rip;
        byte rex = 0;
        for (var i = 0; i < MaximumLength - 2; i++)
        {
            if (!domain.Memory.TryRead(address + (ulong)i, out byte value))
            {
                return false;
            }

            if ((value & 0xf0) == 0x40)
            {
                rex = value;
            }
            else if (IsPrefix(value))
            {
                rex = 0;
            }
            else
            {
                return TryReadOpcode(domain, address, i, rex, value, out instruction);
            }
        }

        return false;
    }

    private static bool TryReadOpcode(Domain domain, ulong address, int offset, byte rex, byte opcode, out InstructionBytes instruction)
    {
        instruction = default;
        if (!domain.Memory.TryRead(address + (ulong)offset + 1, out byte second))
        {
            return false;
        }

        instruction = new InstructionBytes { Opcode = opcode, SecondOpcode = second, LengthWithoutOperand = offset + 2 };
        if (!instruction.HasOperand)
        {
            return true;
        }

        var isRead = domain.Memory.TryRead(address + (ulong)offset + 2, out byte modRm);
        instruction = instruction with
        {
            Register = ((modRm >> 3) & 7) | ((rex & 4) << 1),
            Operand = (modRm & 7) | ((rex & 1) << 3),
        };
        return isRead;
    }

    private static bool IsPrefix(byte value) =>
        value is 0x66 or 0x67 or 0xf0 or 0xf2 or 0xf3 or 0x26 or 0x2e or 0x36 or 0x3e or 0x64 or 0x65;
}
