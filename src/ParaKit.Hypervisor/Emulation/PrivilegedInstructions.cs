using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Emulation;

/// <summary>
/// The few privileged instructions that a paravirtual kernel may still contain: control and debug registers, CLTS, cache
/// flushes, model-specific registers. Everything else that raised #GP is the guest's own mistake. Xen public/arch-x86/xen.h.
/// </summary>
internal static class PrivilegedInstructions
{
    private const byte TwoByteEscape = 0x0f;
    private const byte ReadTimeStamp = 0x31;
    private const int Control0 = 0;
    private const int Control2 = 2;
    private const int Control3 = 3;
    private const int Control4 = 4;

    /// <summary>Emulates the instruction at RIP, which raised #GP(0); in programs, RDTSC only. False if it is not one of them or may not do what it wants.</summary>
    public static bool TryEmulate(Domain domain)
    {
        if (!InstructionBytes.TryRead(domain, out var instruction) || instruction.Opcode != TwoByteEscape || (!domain.Vcpu.InKernelMode && instruction.SecondOpcode != ReadTimeStamp))
        {
            return false;
        }

        var isDone = instruction.SecondOpcode switch
        {
            0x06 => ClearTaskSwitched(domain),
            0x08 or 0x09 => true,
            0x20 => ReadControl(domain, instruction),
            0x22 => WriteControl(domain, instruction),
            0x21 => MoveDebug(domain, instruction, write: false),
            0x23 => MoveDebug(domain, instruction, write: true),
            0x30 => ModelSpecificRegisters.TryWrite(domain),
            ReadTimeStamp => TryReadTimeStamp(domain),
            0x32 => ModelSpecificRegisters.TryRead(domain),
            _ => false,
        };
        if (isDone)
        {
            domain.Vcpu.State.Rip += (ulong)(instruction.HasOperand ? instruction.Length : instruction.LengthWithoutOperand);
            domain.Vcpu.State.InterruptShadow = false;
        }

        return isDone;
    }

    /// <summary>
    /// Recognises the prefix that forces emulation of CPUID (ud2a; "xen") at RIP, which raised #UD. The hypervisor's leaves are answered;
    /// for others the processor goes on with the CPUID behind the prefix.
    /// </summary>
    public static bool TryEmulateCpuid(Domain domain)
    {
        ReadOnlySpan<byte> forced = [0x0f, 0x0b, (byte)'x', (byte)'e', (byte)'n', 0x0f, 0xa2];
        const int PrefixLength = 5;
        Span<byte> bytes = stackalloc byte[forced.Length];
        ref var state = ref domain.Vcpu.State;
        if (!domain.Memory.TryRead(state.Rip, bytes) || !bytes.SequenceEqual(forced))
        {
            return false;
        }

        var isAnswered = HypervisorLeaves.TryAnswer(ref state.Registers);
        state.Rip += (ulong)(isAnswered ? forced.Length : PrefixLength);
        return true;
    }

    /// <summary>RDTSC, of kernel or program; without <see cref="TscMode.Emulated"/> it is not what raised the exception.</summary>
    private static bool TryReadTimeStamp(Domain domain)
    {
        ref var registers = ref domain.Vcpu.State.Registers;
        var value = domain.Clock.Tsc;
        (registers[GeneralRegister.Rax], registers[GeneralRegister.Rdx]) = ((uint)value, value >> 32);
        return domain.Clock.IsTscEmulated;
    }

    private static bool ClearTaskSwitched(Domain domain)
    {
        domain.Vcpu.SetTaskSwitched(false);
        return true;
    }

    private static bool ReadControl(Domain domain, in InstructionBytes instruction)
    {
        ref var state = ref domain.Vcpu.State;
        switch (instruction.Register)
        {
            case Control0:
                state.Registers[instruction.Operand] = state.Cr0;
                return true;
            case Control2:
                state.Registers[instruction.Operand] = state.Cr2;
                return true;
            case Control3:
                state.Registers[instruction.Operand] = domain.Vcpu.KernelTable << PhysicalMemory.FrameShift;
                return true;
            case Control4:
                state.Registers[instruction.Operand] = state.Cr4;
                return true;
            default:
                return false;
        }
    }

    private static bool WriteControl(Domain domain, in InstructionBytes instruction)
    {
        ref var state = ref domain.Vcpu.State;
        var value = state.Registers[instruction.Operand];
        switch (instruction.Register)
        {
            case Control0 when ((value ^ state.Cr0) & ~Cr0.TaskSwitched) == 0:
                domain.Vcpu.SetTaskSwitched((value & Cr0.TaskSwitched) != 0);
                return true;
            case Control2:
                state.Cr2 = value;
                return true;
            case Control3:
                return BasePointers.SetKernel(domain, value >> PhysicalMemory.FrameShift) == Errno.None;
            case Control4:
                // The processor keeps the hypervisor's CR4; only writing what is there already can be promised.
                return value == state.Cr4;
            default:
                return false;
        }
    }

    private static bool MoveDebug(Domain domain, in InstructionBytes instruction, bool write)
    {
        ref var state = ref domain.Vcpu.State;
        if (instruction.Register is 4 or 5 or > 7)
        {
            return false;
        }

        ref var register = ref state.DebugRegisters[instruction.Register];
        ref var operand = ref state.Registers[instruction.Operand];
        (register, operand) = write ? (operand, operand) : (register, register);
        return true;
    }
}
