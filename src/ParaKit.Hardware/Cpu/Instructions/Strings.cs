using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>
/// MOVS, STOS, LODS, CMPS and SCAS with their repeat prefixes. A repeated instruction does at most
/// <see cref="MaximumElements"/> elements, or to the end of a page, at a time; each time counts as one instruction and is an
/// instruction boundary with RIP still at the instruction, as on hardware when an interrupt arrives.
/// </summary>
internal static unsafe class Strings
{
    private const int MaximumElements = 4096;

    private static readonly ushort s_rax = StateOffset.General((int)GeneralRegister.Rax);

    [Instruction(Code.Movsb_m8_m8, Code.Movsw_m16_m16, Code.Movsd_m32_m32, Code.Movsq_m64_m64)]
    public static DecodedInstruction* Movs<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        var run = new StringRun<T>(cpu, op);
        if (run.IsEmpty)
        {
            return op + 1;
        }

        long elements = run.Elements(source: true, destination: true);
        byte* from = run.OpenSource(write: false);
        if (from == null)
        {
            return null;
        }

        // Both operands may need the staging buffer; then there is only one element.
        ulong value = Width.Load<T>(from);
        byte* to = run.OpenDestination(write: true);
        if (to == null)
        {
            return null;
        }

        Width.Store<T>(to, value);
        Copy<T>(from + run.Step, to + run.Step, elements - 1, run.Step);
        MemoryAccess.Commit(cpu, to, sizeof(T));
        return run.Finish(elements, source: true, destination: true);
    }

    [Instruction(Code.Stosb_m8_AL, Code.Stosw_m16_AX, Code.Stosd_m32_EAX, Code.Stosq_m64_RAX)]
    public static DecodedInstruction* Stos<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        var run = new StringRun<T>(cpu, op);
        if (run.IsEmpty)
        {
            return op + 1;
        }

        long elements = run.Elements(source: false, destination: true);
        byte* to = run.OpenDestination(write: true);
        if (to == null)
        {
            return null;
        }

        ulong value = Width.Load<T>((byte*)cpu + s_rax);
        byte* lowest = to + Math.Min(0, (elements - 1) * run.Step);
        for (long i = 0; i < elements; i++)
        {
            Width.Store<T>(lowest + (i * sizeof(T)), value);
        }

        MemoryAccess.Commit(cpu, to, sizeof(T));
        return run.Finish(elements, source: false, destination: true);
    }

    [Instruction(Code.Lodsb_AL_m8, Code.Lodsw_AX_m16, Code.Lodsd_EAX_m32, Code.Lodsq_RAX_m64)]
    public static DecodedInstruction* Lods<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        var run = new StringRun<T>(cpu, op);
        if (run.IsEmpty)
        {
            return op + 1;
        }

        long elements = run.Elements(source: true, destination: false);
        byte* from = run.OpenSource(write: false);
        if (from == null)
        {
            return null;
        }

        RegisterOperand.TryWrite<T>(cpu, op, s_rax, Width.Load<T>(from + ((elements - 1) * run.Step)));
        return run.Finish(elements, source: true, destination: false);
    }

    [Instruction(Code.Cmpsb_m8_m8, Code.Cmpsw_m16_m16, Code.Cmpsd_m32_m32, Code.Cmpsq_m64_m64)]
    public static DecodedInstruction* Cmps<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        var run = new StringRun<T>(cpu, op);
        if (run.IsEmpty)
        {
            return op + 1;
        }

        long elements = run.Elements(source: true, destination: true);
        byte* first = run.OpenSource(write: false);
        if (first == null)
        {
            return null;
        }

        // The second operand may use the staging buffer too.
        ulong staged = Width.Load<T>(first);
        byte* second = run.OpenDestination(write: false);
        if (second == null)
        {
            return null;
        }

        long done = 0;
        bool again = true;
        while (done < elements && again)
        {
            ulong left = first == cpu->Staging ? staged : Width.Load<T>(first + (done * run.Step));
            again = run.Compare(left, Width.Load<T>(second + (done * run.Step)));
            done++;
        }

        return run.Finish(done, source: true, destination: true, stop: !again);
    }

    [Instruction(Code.Scasb_AL_m8, Code.Scasw_AX_m16, Code.Scasd_EAX_m32, Code.Scasq_RAX_m64)]
    public static DecodedInstruction* Scas<T>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
    {
        var run = new StringRun<T>(cpu, op);
        if (run.IsEmpty)
        {
            return op + 1;
        }

        long elements = run.Elements(source: false, destination: true);
        byte* place = run.OpenDestination(write: false);
        if (place == null)
        {
            return null;
        }

        ulong accumulator = Width.Load<T>((byte*)cpu + s_rax);
        long done = 0;
        bool again = true;
        while (done < elements && again)
        {
            again = run.Compare(accumulator, Width.Load<T>(place + (done * run.Step)));
            done++;
        }

        return run.Finish(done, source: false, destination: true, stop: !again);
    }

    /// <summary>Copies element by element, in bulk where nobody can tell the difference.</summary>
    private static void Copy<T>(byte* from, byte* to, long elements, long step)
        where T : unmanaged
    {
        long bytes = elements * sizeof(T);
        if (step > 0 && (to <= from || to >= from + bytes))
        {
            Buffer.MemoryCopy(from, to, bytes, bytes);
            return;
        }

        for (long i = 0; i < elements; i++)
        {
            Width.Store<T>(to + (i * step), Width.Load<T>(from + (i * step)));
        }
    }

    /// <summary>One execution of a string instruction.</summary>
    private readonly ref struct StringRun<T>
        where T : unmanaged
    {
        private const DecodedFlags AnyRepeat = DecodedFlags.Repeat | DecodedFlags.RepeatNotEqual;

        private readonly CpuState* _cpu;
        private readonly DecodedInstruction* _op;
        private readonly ulong _mask;

        public StringRun(CpuState* cpu, DecodedInstruction* op)
        {
            _cpu = cpu;
            _op = op;
            _mask = (op->Flags & DecodedFlags.Address32) != 0 ? uint.MaxValue : ulong.MaxValue;
            Step = (cpu->SystemFlags & Flags.Direction) != 0 ? -sizeof(T) : sizeof(T);
        }

        /// <summary>Distance to the next element: the size, negative if DF is set.</summary>
        public long Step { get; }

        private bool IsRepeated => (_op->Flags & AnyRepeat) != 0;

        private ulong Count => _cpu->Registers[GeneralRegister.Rcx] & _mask;

        private ulong Source =>
            (_cpu->Registers[GeneralRegister.Rsi] & _mask) + *(ulong*)((byte*)_cpu + _op->Index);

        private ulong Destination => _cpu->Registers[GeneralRegister.Rdi] & _mask;

        /// <summary>Repeated with a count of zero: nothing at all happens.</summary>
        public bool IsEmpty => IsRepeated && Count == 0;

        /// <summary>How many elements can be done at once: all on the same page, in both operands; at least one.</summary>
        public long Elements(bool source, bool destination)
        {
            if (!IsRepeated)
            {
                return 1;
            }

            long elements = (long)Math.Min(Count, MaximumElements);
            elements = source ? Math.Min(elements, InPage(Source)) : elements;
            elements = destination ? Math.Min(elements, InPage(Destination)) : elements;
            return Math.Max(elements, 1);
        }

        public byte* OpenSource(bool write) => Open(Source, write);

        public byte* OpenDestination(bool write) => Open(Destination, write);

        /// <summary>Compares; true if the repeat prefix (if any) wants to go on.</summary>
        public bool Compare(ulong left, ulong right)
        {
            Flags.SetSubtract<T>(_cpu, left, right, Width.Truncate<T>(left - right));
            return (left == right) == ((_op->Flags & DecodedFlags.Repeat) != 0);
        }

        /// <summary>Moves the registers; goes on with the next instruction or stays at this one.</summary>
        public DecodedInstruction* Finish(long done, bool source, bool destination, bool stop = false)
        {
            ulong distance = (ulong)(done * Step);
            if (source)
            {
                Move(GeneralRegister.Rsi, distance);
            }

            if (destination)
            {
                Move(GeneralRegister.Rdi, distance);
            }

            if (!IsRepeated)
            {
                return _op + 1;
            }

            Move(GeneralRegister.Rcx, (ulong)-done);
            return stop || Count == 0
                ? _op + 1
                : Cpu.Step.LeaveTo(_cpu, _op, Cpu.Step.Address(_cpu, _op));
        }

        private void Move(GeneralRegister register, ulong distance) =>
            _cpu->Registers[register] = (_cpu->Registers[register] + distance) & _mask;

        private long InPage(ulong linear)
        {
            long offset = (long)(linear & ~SoftwareTlb.PageMask);
            return Step > 0 ? (CodePage.Offsets - offset) / sizeof(T) : offset / sizeof(T) + (offset + sizeof(T) <= CodePage.Offsets ? 1 : 0);
        }

        /// <summary>Host address of the first element; the others are on the same page.</summary>
        private byte* Open(ulong linear, bool write) => write
            ? MemoryAccess.Writable(_cpu, _op, linear, sizeof(T))
            : MemoryAccess.Readable(_cpu, _op, linear, sizeof(T));
    }
}
