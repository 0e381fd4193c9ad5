using System.Globalization;
using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>What one instruction did: a fault, or what registers, flags and the memory near its operands are afterwards.</summary>
internal sealed class InstructionEffects
{
    private const int OperandBytes = 16;
    private const int StackBytes = 32;

    private readonly ProcessorExit _exit;
    private readonly GeneralRegisters _registers;
    private readonly ulong _flags;
    private readonly ulong _rip;
    private readonly (ulong Address, byte[] Bytes)[] _memory;
    private readonly ushort[] _selectors;

    private InstructionEffects(in ProcessorExit exit, in CpuState state, in CpuState segments, ulong flags, (ulong, byte[])[] memory)
    {
        _exit = exit;
        _registers = state.Registers;
        _flags = flags & ~Flags.Resume;
        _rip = state.Rip;
        _memory = memory;
        _selectors =
        [
            Selector(in state.Ds, in segments.Ds), Selector(in state.Es, in segments.Es), Selector(in state.Fs, in segments.Fs), Selector(in state.Gs, in segments.Gs),
        ];
    }

    /// <summary>The instruction raised an exception or left through a gate.</summary>
    public bool Trapped => _exit.Reason != ExitReason.BudgetExhausted;

    /// <summary>Notes what an instruction did on a processor.</summary>
    /// <param name="exit">How its run of one instruction ended.</param>
    /// <param name="processor">The processor, whose tables also say where memory is.</param>
    /// <param name="flags">Flags as the guest would see them.</param>
    /// <param name="places">Linear addresses and lengths to look at.</param>
    public static InstructionEffects Of(in ProcessorExit exit, Processor processor, ulong flags, (ulong Address, int Length)[] places) =>
        Of(in exit, processor, processor, flags, places);

    /// <summary>Notes what an instruction did on the real processor, whose data segments are the monitor's where the guest did not load null.</summary>
    /// <param name="exit">How its run of one instruction ended.</param>
    /// <param name="direct">The real processor.</param>
    /// <param name="guest">The processor as the guest believes it to be, as before the instruction.</param>
    /// <param name="flags">Flags as the guest would see them.</param>
    /// <param name="places">Linear addresses and lengths to look at.</param>
    public static InstructionEffects Of(in ProcessorExit exit, Processor direct, Processor guest, ulong flags, (ulong Address, int Length)[] places) =>
        new(in exit, in direct.State, in guest.State, flags, [.. places.Select(p => (p.Address, Read(direct, p.Address, p.Length)))]);

    /// <summary>The places in memory that an instruction about to execute may write to: its operand, and the top of the stack.</summary>
    public static (ulong Address, int Length)[] Places(in Instruction instruction, Processor processor)
    {
        var stack = processor.State.Registers[Hardware.Cpu.GeneralRegister.Rsp];
        var operand = HasMemory(in instruction)
            ? instruction.GetVirtualAddress(0, 0, (register, _, _) => ValueOf(register, in processor.State))
            : stack;
        return [(operand, OperandBytes), (stack - StackBytes, StackBytes)];
    }

    /// <summary>Puts back what was in memory before.</summary>
    public void Restore(Processor processor)
    {
        foreach (var (address, bytes) in _memory)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (TryFind(processor, address + (ulong)i, out var physical) && processor.Memory.Read<byte>(physical) != bytes[i])
                {
                    processor.Memory.Write(physical, bytes[i]);
                }
            }
        }
    }

    /// <summary>Says in which way this differs from what another run did; null if it does not.</summary>
    /// <param name="other">The other run.</param>
    public (string This, string Other)? FirstDifference(InstructionEffects other)
    {
        if (Trapped || other.Trapped)
        {
            return _exit == other._exit ? null : (DescribeExit(), other.DescribeExit());
        }

        for (var i = 0; i < GeneralRegisters.Count; i++)
        {
            var (mine, others) = (_registers.ValueOf(i), other._registers.ValueOf(i));
            if (mine != others)
            {
                var name = ((Hardware.Cpu.GeneralRegister)i).ToString().ToLowerInvariant();
                return (Assign(name, mine), Assign(name, others));
            }
        }

        return FlagDifference(other) ?? MemoryDifference(other) ?? SelectorDifference(other)
            ?? (_rip == other._rip ? null : (Assign("rip", _rip), Assign("rip", other._rip)));
    }

    private (string, string)? FlagDifference(InstructionEffects other)
    {
        var changed = _flags ^ other._flags;
        return changed switch
        {
            0 => null,
            _ when (changed & Flags.Interrupt) != 0 => (Bit("IF", _flags, Flags.Interrupt), Bit("IF", other._flags, Flags.Interrupt)),
            _ when (changed & Flags.Zero) != 0 => (Bit("ZF", _flags, Flags.Zero), Bit("ZF", other._flags, Flags.Zero)),
            _ => (Assign("rflags", _flags), Assign("rflags", other._flags)),
        };
    }

    private (string, string)? MemoryDifference(InstructionEffects other)
    {
        foreach (var (mine, others) in _memory.Zip(other._memory))
        {
            var common = mine.Bytes.AsSpan().CommonPrefixLength(others.Bytes);
            if (common < mine.Bytes.Length)
            {
                var start = common & ~7;
                return (Show(mine.Address, mine.Bytes, start), Show(others.Address, others.Bytes, start));
            }
        }

        return null;
    }

    private static ushort Selector(in SegmentRegister real, in SegmentRegister guest) => real.Selector == MonitorArea.Data ? guest.Selector : real.Selector;

    private (string, string)? SelectorDifference(InstructionEffects other)
    {
        string[] names = ["ds", "es", "fs", "gs"];
        for (var i = 0; i < names.Length; i++)
        {
            if (_selectors[i] != other._selectors[i])
            {
                return (Assign(names[i], _selectors[i]), Assign(names[i], other._selectors[i]));
            }
        }

        return null;
    }

    private string DescribeExit() => _exit.Reason switch
    {
        ExitReason.BudgetExhausted => "no fault",
        ExitReason.Exception => string.Create(CultureInfo.InvariantCulture, $"{Diagnostics.ExitNames.OfException(_exit.Vector)}({_exit.ErrorCode:x})"),
        ExitReason.SoftwareInterrupt => $"interrupt {_exit.Vector}",
        _ => _exit.Reason.ToString(),
    };

    private static string Assign(string name, ulong value) => $"{name} = 0x{value:x}";

    private static string Bit(string name, ulong flags, ulong mask) => $"{name} = {((flags & mask) != 0 ? 1 : 0)}";

    private static string Show(ulong address, byte[] bytes, int start)
    {
        var count = Math.Min(sizeof(ulong), bytes.Length - start);
        return $"[0x{address + (ulong)start:x}] = {Convert.ToHexStringLower(bytes, start, count)}";
    }

    private static byte[] Read(Processor processor, ulong address, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = TryFind(processor, address + (ulong)i, out var physical) ? processor.Memory.Read<byte>(physical) : (byte)0;
        }

        return bytes;
    }

    private static bool TryFind(Processor processor, ulong address, out ulong physical) =>
        processor.TryTranslate(address, AccessKind.Read, user: false, out physical, out _) && processor.Memory.Contains(physical, 1);

    private static bool HasMemory(in Instruction instruction) =>
        instruction.Op0Kind == OpKind.Memory || instruction.Op1Kind == OpKind.Memory;

    /// <summary>Value of a register that addresses are made of.</summary>
    public static ulong ValueOf(Register register, in CpuState state) => register switch
    {
        Register.FS => state.Fs.Base,
        Register.GS => state.Gs.Base,
        _ when register.IsGPR64() => state.Registers.ValueOf(register.GetNumber()),
        _ when register.IsGPR32() => (uint)state.Registers.ValueOf(register.GetNumber()),
        _ => 0,
    };
}
