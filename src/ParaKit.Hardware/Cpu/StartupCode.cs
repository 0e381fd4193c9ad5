using Iced.Intel;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Real mode and 16- and 32-bit protected mode, as far as code goes that leads a started processor to 64-bit mode: moves, logic, control registers, model-specific registers,
/// descriptor tables and jumps. Everything else is not implemented, and says so. Intel SDM vol. 3A, "Switching to Protected Mode", "Initializing IA-32e Mode".
/// </summary>
internal sealed unsafe class StartupCode(Processor processor, CpuState* cpu)
{
    private const int LongestInstruction = BlockDecoder.MaximumInstructionBytes;
    private const ulong RealModeLimit = 0xffff;

    private readonly byte[] _bytes = new byte[LongestInstruction];

    /// <summary>Whether 64-bit code is reached: what follows, the processor executes as ever.</summary>
    public bool IsDone => (cpu->Efer & Efer.LongModeActive) != 0 && (cpu->Cs.Attributes & SegmentAttributes.Long) != 0;

    private bool IsProtected => (cpu->Cr0 & Cr0.ProtectionEnable) != 0;

    private int Bitness => IsProtected && (cpu->Cs.Attributes & SegmentAttributes.DefaultBig) != 0 ? 32 : 16;

    /// <summary>A segment register as a load in real mode leaves it.</summary>
    public static SegmentRegister RealModeSegment(ushort selector) => new()
    {
        Selector = selector,
        Base = (ulong)selector << 4,
        Limit = (uint)RealModeLimit,
        Attributes = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed,
    };

    /// <summary>Executes an instruction; false, and nothing of it has happened, if it cannot: the processor's stop says why.</summary>
    public bool TryStep()
    {
        if (!TryFetch(out Instruction instruction))
        {
            return false;
        }

        ulong next = Truncate(cpu->Rip + (uint)instruction.Length, Bitness / 8);
        ulong? target = null;
        if (!TryExecute(in instruction, ref target))
        {
            return cpu->Stop.Kind == StopKind.Redispatch ? Refuse(in instruction) : false;
        }

        cpu->Rip = target ?? next;
        return true;
    }

    private bool TryFetch(out Instruction instruction)
    {
        instruction = default;
        int length = 0;
        for (; length < LongestInstruction; length++)
        {
            byte* place = processor.AccessBeforeLongMode(cpu->Cs.Base + Truncate(cpu->Rip + (uint)length, Bitness / 8), 1, AccessKind.Execute);
            if (place == null)
            {
                break;
            }

            _bytes[length] = *place;
        }

        var decoder = Decoder.Create(Bitness, new ByteArrayCodeReader(_bytes, 0, length), cpu->Rip);
        decoder.Decode(out instruction);
        if (!instruction.IsInvalid)
        {
            cpu->Stop = default;
            return true;
        }

        return length < LongestInstruction ? false : Refuse(in instruction);
    }

    private bool TryExecute(in Instruction i, ref ulong? target)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Nop or Mnemonic.Cld or Mnemonic.Wbinvd:
                return true;
            case Mnemonic.Cli:
                cpu->Rflags &= ~Flags.Interrupt;
                return true;
            case Mnemonic.Mov:
                return TryRead(in i, 1, out ulong moved) && TryWrite(in i, moved);
            case Mnemonic.And or Mnemonic.Or or Mnemonic.Xor:
                return TryLogic(in i);
            case Mnemonic.Lgdt or Mnemonic.Lidt:
                return TryLoadTable(in i, ref i.Mnemonic == Mnemonic.Lgdt ? ref cpu->Gdtr : ref cpu->Idtr);
            case Mnemonic.Rdmsr or Mnemonic.Wrmsr:
                return TryModelSpecific(i.Mnemonic == Mnemonic.Wrmsr);
            case Mnemonic.Jmp when i.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32:
                target = i.NearBranchTarget;
                return true;
            case Mnemonic.Jmp when i.Op0Kind is OpKind.FarBranch16 or OpKind.FarBranch32:
                target = i.Op0Kind == OpKind.FarBranch16 ? i.FarBranch16 : i.FarBranch32;
                return TryLoadCode(i.FarBranchSelector);
            default:
                return false;
        }
    }

    private bool TryLogic(in Instruction i)
    {
        if (!TryRead(in i, 0, out ulong first) || !TryRead(in i, 1, out ulong second))
        {
            return false;
        }

        ulong result = Truncate(i.Mnemonic == Mnemonic.And ? first & second : i.Mnemonic == Mnemonic.Or ? first | second : first ^ second, SizeOf(in i, 0));
        switch (SizeOf(in i, 0))
        {
            case 1:
                Flags.SetLogic<byte>(cpu, result);
                break;
            case 2:
                Flags.SetLogic<ushort>(cpu, result);
                break;
            default:
                Flags.SetLogic<uint>(cpu, result);
                break;
        }

        return TryWrite(in i, result);
    }

    private bool TryRead(in Instruction i, int operand, out ulong value)
    {
        value = 0;
        switch (i.GetOpKind(operand))
        {
            case OpKind.Register when i.GetOpRegister(operand) is var register && register.IsGPR():
                value = Truncate(cpu->Registers[General(register)] >> Shift(register), register.GetSize());
                return true;
            case OpKind.Register when i.GetOpRegister(operand) is var register && register.IsSegmentRegister():
                value = Segment(register).Selector;
                return true;
            case OpKind.Register when i.GetOpRegister(operand) is Register.CR0 or Register.CR3 or Register.CR4:
                value = i.GetOpRegister(operand) switch { Register.CR0 => cpu->Cr0, Register.CR3 => cpu->Cr3, _ => cpu->Cr4 };
                return true;
            case OpKind.Memory:
                return TryMemory(in i, SizeOf(in i, operand), isWrite: false, ref value);
            case >= OpKind.Immediate8 and <= OpKind.Immediate8to32 and not (OpKind.Immediate8_2nd or OpKind.Immediate64):
                value = i.GetImmediate(operand);
                return true;
            default:
                return false;
        }
    }

    private bool TryWrite(in Instruction i, ulong value)
    {
        switch (i.Op0Kind)
        {
            case OpKind.Register when i.Op0Register.IsGPR():
                ulong mask = Truncate(ulong.MaxValue, i.Op0Register.GetSize()) << Shift(i.Op0Register);
                ref ulong general = ref cpu->Registers[General(i.Op0Register)];
                general = (general & ~mask) | ((value << Shift(i.Op0Register)) & mask);
                return true;
            case OpKind.Register when i.Op0Register.IsSegmentRegister() && i.Op0Register != Register.CS:
                return TryLoadSegment(i.Op0Register, (ushort)value);
            case OpKind.Register when i.Op0Register is Register.CR0 or Register.CR3 or Register.CR4:
                return TryWriteControl(i.Op0Register, (uint)value);
            case OpKind.Memory:
                return TryMemory(in i, SizeOf(in i, 0), isWrite: true, ref value);
            default:
                return false;
        }
    }

    /// <summary>Whether a value is one, and the size of operands; only registers and memory have one of their own.</summary>
    private static int SizeOf(in Instruction i, int operand) => i.GetOpKind(operand) == OpKind.Register ? Math.Min(i.GetOpRegister(operand).GetSize(), 4) : i.MemorySize.GetSize();

    private bool TryMemory(in Instruction i, int size, bool isWrite, ref ulong value)
    {
        byte* bytes = Place(in i, size, isWrite ? AccessKind.Write : AccessKind.Read);
        if (bytes == null || size > sizeof(uint))
        {
            return false;
        }

        for (int n = 0; n < size; n++)
        {
            if (isWrite)
            {
                bytes[n] = (byte)(value >> (n * 8));
            }
            else
            {
                value |= (ulong)bytes[n] << (n * 8);
            }
        }

        return true;
    }

    /// <summary>Where a memory operand is; null if that is past the segment, crosses a page or is not there.</summary>
    private byte* Place(in Instruction i, int size, AccessKind access)
    {
        ulong offset = i.MemoryDisplacement64 + Value(i.MemoryBase) + (Value(i.MemoryIndex) * (uint)i.MemoryIndexScale);
        bool isShort = i.MemoryDisplSize == 2 || (i.MemoryBase.GetSize() == 2 || i.MemoryIndex.GetSize() == 2);
        offset = Truncate(offset, isShort ? 2 : 4);
        SegmentRegister segment = Segment(i.MemorySegment);
        ulong linear = Truncate(segment.Base + offset, sizeof(uint));
        bool isInside = offset + (uint)size - 1 <= segment.Limit && (linear >> SoftwareTlb.PageShift) == ((linear + (uint)size - 1) >> SoftwareTlb.PageShift);
        return isInside ? processor.AccessBeforeLongMode(linear, size, access) : null;
    }

    private ulong Value(Register register) => register == Register.None ? 0 : Truncate(cpu->Registers[General(register)], register.GetSize());

    private bool TryLoadTable(in Instruction i, ref DescriptorTableRegister table)
    {
        byte* bytes = Place(in i, 6, AccessKind.Read);
        if (bytes == null)
        {
            return false;
        }

        // With 16-bit operands a base has 24 bits.
        bool isShort = i.Code is Code.Lgdt_m1632_16 or Code.Lidt_m1632_16;
        table = new DescriptorTableRegister { Limit = *(ushort*)bytes, Base = *(uint*)(bytes + 2) & (isShort ? 0xff_ffffu : uint.MaxValue) };
        return true;
    }

    private bool TryModelSpecific(bool isWrite)
    {
        uint number = (uint)cpu->Registers[GeneralRegister.Rcx];
        if (isWrite)
        {
            ulong written = (cpu->Registers[GeneralRegister.Rdx] << 32) | (uint)cpu->Registers[GeneralRegister.Rax];
            return ModelSpecificRegisters.TryWrite(cpu, number, written, processor.Clock.Cycles) || Fault(ExceptionVector.GeneralProtection);
        }

        if (!ModelSpecificRegisters.TryRead(cpu, number, processor.Clock.Cycles, out ulong value))
        {
            return Fault(ExceptionVector.GeneralProtection);
        }

        (cpu->Registers[GeneralRegister.Rax], cpu->Registers[GeneralRegister.Rdx]) = ((uint)value, value >> 32);
        return true;
    }

    private bool TryWriteControl(Register register, ulong value)
    {
        switch (register)
        {
            case Register.CR3:
                processor.LoadCr3(value);
                return true;
            case Register.CR4:
                cpu->Cr4 = value;
                return (value & ~Cr4.Defined) == 0 || Fault(ExceptionVector.GeneralProtection);
            default:
                return TryWriteCr0((value & Cr0.Defined) | Cr0.ExtensionType);
        }
    }

    /// <summary>Paging is for long mode only: four levels, with LME and PAE.</summary>
    private bool TryWriteCr0(ulong value)
    {
        if ((value & Cr0.Paging) != 0)
        {
            if ((value & Cr0.ProtectionEnable) == 0)
            {
                return Fault(ExceptionVector.GeneralProtection);
            }

            if ((cpu->Efer & Efer.LongModeEnable) == 0 || (cpu->Cr4 & Cr4.PhysicalAddressExtension) == 0)
            {
                return false;
            }

            cpu->Efer |= Efer.LongModeActive;
        }

        cpu->Cr0 = value;
        processor.FlushTlb();
        return true;
    }

    private bool TryLoadSegment(Register register, ushort selector)
    {
        ref SegmentRegister segment = ref Segment(register);
        if (!IsProtected)
        {
            segment = RealModeSegment(selector);
            return true;
        }

        return TryReadDescriptor(selector, out SegmentRegister loaded) && Set(ref segment, loaded);
    }

    private bool TryLoadCode(ushort selector)
    {
        if (!IsProtected)
        {
            cpu->Cs = RealModeSegment(selector);
            return true;
        }

        return TryReadDescriptor(selector, out SegmentRegister loaded)
            && ((loaded.Attributes & SegmentAttributes.Code) != 0 || Fault(ExceptionVector.GeneralProtection))
            && Set(ref cpu->Cs, loaded);
    }

    private bool TryReadDescriptor(ushort selector, out SegmentRegister segment)
    {
        segment = new SegmentRegister { Selector = selector };
        uint offset = (uint)selector & ~7u;
        if (offset == 0)
        {
            return true;
        }

        byte* place = offset + 7 <= cpu->Gdtr.Limit && (selector & 4) == 0 ? processor.AccessBeforeLongMode(cpu->Gdtr.Base + offset, 8, AccessKind.Read) : null;
        if (place == null)
        {
            return cpu->Stop.Kind == StopKind.Redispatch && Fault(ExceptionVector.GeneralProtection);
        }

        segment = Segmentation.FromDescriptor(selector, *(ulong*)place);
        return (segment.Attributes & (SegmentAttributes.Present | SegmentAttributes.CodeOrData)) == (SegmentAttributes.Present | SegmentAttributes.CodeOrData)
            || Fault(ExceptionVector.GeneralProtection);
    }

    private ref SegmentRegister Segment(Register register)
    {
        switch (register)
        {
            case Register.CS:
                return ref cpu->Cs;
            case Register.SS:
                return ref cpu->Ss;
            case Register.ES:
                return ref cpu->Es;
            case Register.FS:
                return ref cpu->Fs;
            case Register.GS:
                return ref cpu->Gs;
            default:
                return ref cpu->Ds;
        }
    }

    private static GeneralRegister General(Register register) => (GeneralRegister)(register.GetFullRegister() - Register.RAX);

    /// <summary>AH, CH, DH and BH are bits 8 to 15.</summary>
    private static int Shift(Register register) => register is >= Register.AH and <= Register.BH ? 8 : 0;

    private static bool Set(ref SegmentRegister register, SegmentRegister value)
    {
        register = value;
        return true;
    }

    private static ulong Truncate(ulong value, int bytes) => bytes >= sizeof(ulong) ? value : value & ((1UL << (bytes * 8)) - 1);

    private bool Fault(byte vector)
    {
        Step.Raise(cpu, vector, 0);
        return false;
    }

    private bool Refuse(in Instruction instruction) =>
        processor.RefuseBeforeLongMode($"before 64-bit mode, at {cpu->Cs.Base + cpu->Rip:x}: {instruction} ({instruction.Code})");
}
