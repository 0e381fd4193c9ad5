using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>Decodes single instructions of a guest, for names and operands.</summary>
internal sealed class InstructionReader
{
    private const int MaximumLength = 15;

    private readonly byte[] _bytes = new byte[MaximumLength];
    private readonly FastFormatter _formatter = new();

    /// <summary>Reads the instruction at RIP as its guest sees it; false if its bytes cannot be read or are no instruction.</summary>
    public bool TryRead(Processor guest, out Instruction instruction)
    {
        var length = Fetch(guest);
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(_bytes, 0, length), guest.State.Rip);
        decoder.Decode(out instruction);
        return !instruction.IsInvalid;
    }

    /// <summary>Text of an instruction, Intel syntax.</summary>
    public string Format(in Instruction instruction)
    {
        var output = new FastStringOutput();
        _formatter.Format(instruction, output);
        return output.ToString();
    }

    private int Fetch(Processor guest)
    {
        var length = 0;
        for (; length < MaximumLength; length++)
        {
            var isUser = guest.State.Cpl == 3;
            if (!guest.TryTranslate(guest.State.Rip + (ulong)length, AccessKind.Execute, isUser, out var address, out _)
                || !guest.Memory.Contains(address, 1))
            {
                break;
            }

            _bytes[length] = guest.Memory.Read<byte>(address);
        }

        return length;
    }
}
