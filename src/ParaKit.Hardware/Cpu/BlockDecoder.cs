using Iced.Intel;
using ParaKit.Hardware.Cpu.Instructions;
using ParaKit.Hardware.Extensions;

namespace ParaKit.Hardware.Cpu;

/// <summary>Turns machine code into <see cref="DecodedInstruction"/> records, one basic block at a time.</summary>
internal sealed unsafe class BlockDecoder
{
    /// <summary>Most instructions in a block.</summary>
    private const int MaximumInstructions = 64;

    /// <summary>Most records that a block needs: a stop and an address pseudo-instruction each, and the end.</summary>
    public const int MaximumRecords = (3 * MaximumInstructions) + 2;

    /// <summary>Longest instruction.</summary>
    public const int MaximumInstructionBytes = 15;

    private readonly NativeCodeReader _reader = new();
    private readonly Decoder _decoder;
    private readonly IReadOnlySet<Code> _observed;

    /// <summary>Makes a decoder.</summary>
    /// <param name="observed">Instructions that leave to the host before they execute.</param>
    public BlockDecoder(IReadOnlySet<Code> observed)
    {
        _observed = observed;
        _decoder = Decoder.Create(64, _reader, DecoderOptions.None);
    }

    /// <summary>Decodes from <paramref name="offset"/> to the end of the block.</summary>
    /// <returns>Records written; zero if not even one whole instruction is in the page.</returns>
    public int DecodeBlock(CodePage* page, byte* bytes, int offset, DecodedInstruction* output, uint index)
    {
        DecodedInstruction* next = output;
        _reader.Set(bytes + offset, CodePage.Offsets - offset);
        // Inside the page addresses are offsets: branch targets and RIP-relative operands come out as distances from it.
        _decoder.IP = (ulong)offset;
        for (int count = 0; count < MaximumInstructions && offset < CodePage.Offsets; count++)
        {
            if (count > 0 && page->Entries[offset] != 0)
            {
                break;
            }

            _decoder.Decode(out Instruction instruction);
            if (_decoder.LastError == DecoderError.NoMoreBytes)
            {
                break;
            }

            page->Entries[offset] = index + (uint)(next - output);
            next = Emit(next, in instruction, offset, bytes + offset);
            offset += instruction.Length;
            if (EndsBlock(in instruction))
            {
                return Finish(output, next);
            }
        }

        if (next == output)
        {
            return 0;
        }

        EmitContinue(next++, offset);
        return Finish(output, next);
    }

    /// <summary>Decodes one instruction whose last bytes are in the next page, behind a check that they are still there.</summary>
    /// <returns>Records written.</returns>
    public int DecodeCrossing(
        CodePage* page, byte* bytes, int offset, byte* tail, int tailLength, DecodedInstruction* output, uint index)
    {
        byte* buffer = stackalloc byte[2 * MaximumInstructionBytes];
        int head = CodePage.Offsets - offset;
        new ReadOnlySpan<byte>(bytes + offset, head).CopyTo(new Span<byte>(buffer, head));
        new ReadOnlySpan<byte>(tail, tailLength).CopyTo(new Span<byte>(buffer + head, tailLength));
        _reader.Set(buffer, Math.Min(head + tailLength, MaximumInstructionBytes));
        _decoder.IP = (ulong)offset;
        _decoder.Decode(out Instruction instruction);

        page->Entries[offset] = index;
        DecodedInstruction* next = output + 1;
        next = Emit(next, in instruction, offset, buffer);
        int length = Math.Max(instruction.Length, head);
        *output = new DecodedInstruction
        {
            Execute = &ControlTransfer.VerifyTail,
            Offset = (ushort)offset,
            Length = (byte)length,
            Flags = DecodedFlags.Pseudo,
            Extra = (byte)(length - head),
        };
        // Two quadwords hold the at most 14 bytes; see ControlTransfer.VerifyTail.
        new ReadOnlySpan<byte>(tail, Math.Min(tailLength, length - head)).CopyTo(new Span<byte>(&output->Immediate, 16));
        if (!EndsBlock(in instruction))
        {
            EmitContinue(next++, offset + instruction.Length);
        }

        return Finish(output, next);
    }

    private static bool EndsBlock(in Instruction instruction) =>
        (instruction.FlowControl != FlowControl.Next && !ExtensionSpace.Contains(in instruction)) || instruction.IsInvalid;

    private DecodedInstruction* Emit(DecodedInstruction* next, in Instruction instruction, int offset, byte* bytes)
    {
        if (_observed.Contains(instruction.Code))
        {
            EmitPseudo(next++, in instruction, offset, &Observation.Stop);
        }

        if (OperandDecoder.NeedsAddressStep(in instruction))
        {
            EmitPseudo(next, in instruction, offset, &AddressStep.Compute);
            OperandDecoder.DecodeAddressStep(next++, in instruction);
        }

        *next = default;
        next->Offset = (ushort)offset;
        next->Length = (byte)instruction.Length;
        next->Code = (ushort)instruction.Code;
        next->Execute = instruction.IsInvalid ? &ControlTransfer.Undefined
            : ExtensionSpace.Contains(in instruction) ? &ExtensionSlots.Execute
            : InstructionTable.Find(instruction.Code, HasMemory(in instruction));
        if (next->Execute == null)
        {
            next->Execute = &ControlTransfer.Missing;
        }

        OperandDecoder.Decode(next, in instruction);
        return next + 1;
    }

    private static void EmitPseudo(
        DecodedInstruction* next, in Instruction instruction, int offset,
        delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*> execute)
    {
        *next = default;
        next->Execute = execute;
        next->Offset = (ushort)offset;
        next->Length = (byte)instruction.Length;
        next->Flags = DecodedFlags.Pseudo;
    }

    private static void EmitContinue(DecodedInstruction* next, int offset)
    {
        *next = default;
        next->Execute = &ControlTransfer.Continue;
        next->Offset = (ushort)offset;
        next->Immediate = (ulong)offset;
        next->Flags = DecodedFlags.Pseudo;
    }

    /// <summary>Fills the counts from the end; a pseudo-instruction costs nothing by itself.</summary>
    private static int Finish(DecodedInstruction* first, DecodedInstruction* end)
    {
        ushort count = 0;
        for (DecodedInstruction* op = end - 1; op >= first; op--)
        {
            count += (ushort)((op->Flags & DecodedFlags.Pseudo) != 0 ? 0 : 1);
            op->Count = count;
        }

        return (int)(end - first);
    }

    private static bool HasMemory(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (OperandDecoder.IsMemory(instruction.GetOpKind(i)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Feeds host memory to Iced.</summary>
    private sealed class NativeCodeReader : CodeReader
    {
        private byte* _next;
        private byte* _end;

        public void Set(byte* bytes, int length)
        {
            _next = bytes;
            _end = bytes + length;
        }

        public override int ReadByte() => _next < _end ? *_next++ : -1;
    }
}
