using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>
/// Writes the code of a unit and notes for each instruction what the guest's state is in front of it. Templates that spill registers say so
/// through <see cref="Spill"/> and <see cref="Restore"/>.
/// </summary>
internal sealed class UnitWriter
{
    private readonly ulong _cacheAddress;
    private readonly List<byte> _code = new(256);
    private readonly Encoder _encoder;
    private readonly List<CacheStep> _steps = [];
    private readonly List<UnitExit> _exits = [];
    private StepState _state;
    private ulong _address;
    private Register _first;
    private Register _second;
    private bool _inShadow;

    /// <summary>Starts a unit.</summary>
    /// <param name="cacheAddress">Where the code will be.</param>
    public UnitWriter(ulong cacheAddress)
    {
        _cacheAddress = cacheAddress;
        _encoder = Encoder.Create(64, new ListWriter(_code));
    }

    /// <summary>Bytes so far.</summary>
    public int Length => _code.Count;

    /// <summary>Notes so far.</summary>
    public IReadOnlyList<CacheStep> Steps => _steps;

    /// <summary>Ways out so far.</summary>
    public IReadOnlyList<UnitExit> Exits => _exits;

    /// <summary>The code.</summary>
    public byte[] ToArray() => [.. _code];

    /// <summary>The guest is about to execute the instruction at an address.</summary>
    public void Begin(ulong address, bool inShadow = false)
    {
        (_state, _address, _inShadow) = (StepState.Boundary, address, inShadow);
        (_first, _second) = (Register.None, Register.None);
    }

    /// <summary>From here on the instruction has had effects, and nothing of what is left can fault.</summary>
    public void Commit() => _state = StepState.Finishing;

    /// <summary>Writes bytes of the guest.</summary>
    public void Copy(ReadOnlySpan<byte> bytes)
    {
        Note(Length);
        foreach (var value in bytes)
        {
            _code.Add(value);
        }
    }

    /// <summary>Writes an instruction.</summary>
    public void Write(in Instruction instruction)
    {
        if (!TryWrite(in instruction))
        {
            throw new ArgumentException($"'{instruction}' cannot be encoded in the translation cache.", nameof(instruction));
        }
    }

    /// <summary>Writes an instruction, unless an operand cannot be expressed from here.</summary>
    public bool TryWrite(in Instruction instruction)
    {
        var start = Length;
        if (!_encoder.TryEncode(in instruction, _cacheAddress + (ulong)start, out _, out _))
        {
            _code.RemoveRange(start, Length - start);
            return false;
        }

        Note(start);
        return true;
    }

    /// <summary>Whether an instruction can be encoded; its address does not matter.</summary>
    public bool CanWrite(in Instruction instruction)
    {
        var start = Length;
        var isEncodable = _encoder.TryEncode(in instruction, _cacheAddress + (ulong)start, out _, out _);
        _code.RemoveRange(start, Length - start);
        return isEncodable;
    }

    /// <summary>Saves a register of the guest, to use it.</summary>
    public void Spill(Register register)
    {
        var slot = _first == Register.None ? MonitorSlots.FirstSpill : MonitorSlots.SecondSpill;
        Write(Instruction.Create(Code.Mov_rm64_r64, Slot(slot), register));
        if (_first == Register.None)
        {
            _first = register;
        }
        else
        {
            _second = register;
        }

        _state = _state == StepState.Boundary ? StepState.Restartable : _state;
    }

    /// <summary>Gives the register that was saved last back.</summary>
    public void Restore()
    {
        var (register, slot) = _second == Register.None ? (_first, MonitorSlots.FirstSpill) : (_second, MonitorSlots.SecondSpill);
        Write(Instruction.Create(Code.Mov_r64_rm64, register, Slot(slot)));
        if (_second == Register.None)
        {
            _first = Register.None;
        }
        else
        {
            _second = Register.None;
        }
    }

    /// <summary>What a side path writes does not count for what comes after it.</summary>
    private void Aside(Action path)
    {
        var (state, address, first, second, inShadow) = (_state, _address, _first, _second, _inShadow);
        path();
        (_state, _address, _first, _second, _inShadow) = (state, address, first, second, inShadow);
    }

    /// <summary>Writes a short conditional jump over a side path.</summary>
    public void SkipIf(Code condition, Action path)
    {
        Write(Instruction.CreateBranch(condition, _cacheAddress + (ulong)Length + 2));
        var start = Length;
        Aside(path);
        _code[start - 1] = checked((byte)(sbyte)(Length - start));
    }

    /// <summary>Calls the monitor. The processor leaves with SYSCALL, which needs no register and no memory of the guest.</summary>
    public void CallOut(CallOut reason)
    {
        Note(Length, reason);
        _code.Add(0x0f);
        _code.Add(0x05);
    }

    /// <summary>Writes a jump to a guest address that the cache may or may not have.</summary>
    public void Exit(ulong target)
    {
        Note(Length);
        _code.Add(0xe9);
        AddExit(target, _code.Count, _code.Count + 4);
        Begin(target);
        CallOut(Translation.CallOut.Dispatch);
    }

    /// <summary>Writes a conditional way out, and the way out for when it is not taken.</summary>
    /// <param name="condition">A conditional jump with a 32-bit displacement.</param>
    /// <param name="target">Where it leads.</param>
    /// <param name="next">Where it leads otherwise.</param>
    public void Exit(Code condition, ulong target, ulong next)
    {
        Write(Instruction.CreateBranch(condition, _cacheAddress + (ulong)Length + 6 + 7));
        var displacement = Length - 4;
        Begin(next);
        Exit(next);
        AddExit(target, displacement, Length);
        Begin(target);
        CallOut(Translation.CallOut.Dispatch);
    }

    /// <summary>Memory of the monitor.</summary>
    public static MemoryOperand Slot(int offset, Register index = Register.None) =>
        new(Register.None, index, index == Register.None ? 1 : 8, offset, 8, false, Register.GS);

    private void AddExit(ulong target, int displacementOffset, int callOutOffset)
    {
        var isPlaced = _code.Count > displacementOffset;
        if (!isPlaced)
        {
            _code.AddRange([0, 0, 0, 0]);
        }

        _exits.Add(new UnitExit(target, displacementOffset, callOutOffset));
    }

    private void Note(int offset, CallOut callOut = Translation.CallOut.None)
    {
        _steps.Add(new CacheStep(checked((ushort)offset), _state, _address, _first, _second, callOut, _inShadow && _state == StepState.Boundary));
    }

    private sealed class ListWriter(List<byte> bytes) : CodeWriter
    {
        public override void WriteByte(byte value) => bytes.Add(value);
    }
}
