using Iced.Intel;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Rewriter.Translation;

/// <summary>A unit in the making: decides for each instruction what becomes of it.</summary>
internal sealed class UnitTranslation
{
    private readonly byte[] _guest;
    private readonly ulong _address;
    private readonly ulong _cacheAddress;
    private readonly IReadOnlySet<ulong> _simulated;
    private readonly UnitWriter _writer;
    private readonly List<TranslatedInstruction> _instructions = [];
    private ulong _next;
    private bool _inShadow;

    public UnitTranslation(byte[] guest, ulong address, ulong cacheAddress, IReadOnlySet<ulong> simulated)
    {
        _guest = guest;
        _address = address;
        _cacheAddress = cacheAddress;
        _simulated = simulated;
        _writer = new UnitWriter(cacheAddress);
        _next = address;
    }

    /// <summary>The last instruction leads elsewhere, or the unit is as long as it may be.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Writes the counting of entries.</summary>
    public void CountEntry(int counter)
    {
        if (counter >= 0)
        {
            _writer.Begin(_address);
            _writer.Spill(Register.RAX);
            TemplateCode.Increment(_writer, Register.RAX, MonitorSlots.UnitEntries + (8 * counter));
            _writer.Restore();
        }
    }

    /// <summary>Adds the next instruction; false if it has to start a unit of its own.</summary>
    public bool TryAdd(in Instruction instruction)
    {
        var isSti = instruction.Mnemonic == Mnemonic.Sti;
        if (isSti && _instructions.Count == Translator.MaximumInstructions - 1)
        {
            return false;
        }

        var offset = _writer.Length;
        _writer.Begin(_next, _inShadow);
        _next += (ulong)instruction.Length;
        var kind = Translate(in instruction);
        _instructions.Add(new TranslatedInstruction(instruction.IP, instruction.Length, kind, offset));
        _inShadow = isSti;
        if (!IsComplete && _instructions.Count == Translator.MaximumInstructions)
        {
            Close();
        }

        return true;
    }

    /// <summary>The unit, or null if nothing was added.</summary>
    public TranslationUnit? Finish()
    {
        if (_instructions.Count == 0)
        {
            return null;
        }

        if (!IsComplete)
        {
            Close();
        }

        return new TranslationUnit
        {
            Address = _address,
            GuestCode = _guest.AsMemory(0, (int)(_next - _address)),
            CacheAddress = _cacheAddress,
            Code = _writer.ToArray(),
            Instructions = _instructions,
            Steps = _writer.Steps,
            Exits = _writer.Exits,
        };
    }

    private void Close()
    {
        _writer.Begin(_next, _inShadow);
        _writer.Exit(_next);
        IsComplete = true;
    }

    private TranslationKind Translate(in Instruction instruction)
    {
        if (instruction.IsInvalid || _simulated.Contains(instruction.IP))
        {
            return Simulate(in instruction);
        }

        if (SensitiveInstructions.Find(instruction.Code) is { Class: not InstructionClass.Revealing })
        {
            return SensitiveTemplates.TryWrite(_writer, in instruction, _next) ? TranslationKind.InCache : Simulate(in instruction);
        }

        if (instruction.FlowControl != FlowControl.Next && !UndefinedSpace.Contains(in instruction))
        {
            IsComplete = ControlFlowTemplates.TryWrite(_writer, in instruction, _next);
            return IsComplete ? TranslationKind.ControlFlow : Simulate(in instruction);
        }

        if (instruction.Mnemonic is Mnemonic.Rdgsbase or Mnemonic.Wrgsbase)
        {
            return Simulate(in instruction);
        }

        if (!OperandRetargeting.IsNeeded(in instruction))
        {
            _writer.Copy(_guest.AsSpan((int)(instruction.IP - _address), instruction.Length));
            return TranslationKind.Identical;
        }

        return OperandRetargeting.TryWrite(_writer, in instruction) ? TranslationKind.Retargeted : Simulate(in instruction);
    }

    private TranslationKind Simulate(in Instruction instruction)
    {
        _writer.CallOut(CallOut.Simulate);
        IsComplete |= instruction.IsInvalid || instruction.FlowControl != FlowControl.Next;
        return TranslationKind.CallOut;
    }
}
