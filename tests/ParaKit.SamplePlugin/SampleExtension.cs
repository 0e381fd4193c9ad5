using System.Numerics;
using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Extensions;

namespace ParaKit.SamplePlugin;

/// <summary>Hardware that no PC has: an instruction that reverses bits, a privileged one, an adder at ports and the same adder in memory.</summary>
public sealed class SampleExtension : IMachineExtension
{
    /// <summary>Instruction: all bits of the operand in reverse order.</summary>
    public const int ReverseBits = 3;

    /// <summary>Instruction: number of ones in the operand; privileged.</summary>
    public const int CountOnes = 4;

    /// <summary>First of four ports: each number written is added, the sum is read.</summary>
    public const ushort AdderPort = 0x500;

    /// <summary>Physical address of the adder's page: register 0 adds, register 8 is how often.</summary>
    public const ulong AdderAddress = 0x10_0000_0000;

    /// <inheritdoc/>
    public string Name => "sample";

    /// <inheritdoc/>
    public void Extend(MachineExtender machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        machine.AddInstruction(ReverseBits, new ExtensionInstruction("revbits", Reverse) { Cycles = 2 });
        machine.AddInstruction(CountOnes, new ExtensionInstruction("countones", value => (ulong)BitOperations.PopCount(value)) { IsPrivileged = true });
        var adder = new Adder();
        machine.AddPorts(AdderPort, 4, adder);
        machine.AddMemory(AdderAddress, 4096, adder);
    }

    private static ulong Reverse(ulong value)
    {
        ulong result = 0;
        for (int i = 0; i < 64; i++)
        {
            result = (result << 1) | ((value >> i) & 1);
        }

        return result;
    }

    private sealed class Adder : IPortDevice, IMemoryDevice
    {
        private const ulong CountRegister = 8;

        private ulong _sum;
        private ulong _count;

        public uint Read(int offset, int width) => (uint)_sum;

        public void Write(int offset, int width, uint value) => Add(value);

        public ulong Read(ulong offset, int width) => offset == CountRegister ? _count : _sum;

        public void Write(ulong offset, int width, ulong value) => Add(value);

        private void Add(ulong value)
        {
            _sum += value;
            _count++;
        }
    }
}
