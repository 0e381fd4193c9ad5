using System.Text;
using Iced.Intel;
using ParaKit.Hardware.Cpu;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>Random register and memory contents in the host's slots, and their comparison with a guest.</summary>
internal static class RandomState
{
    private const int BitIndexRange = 1000;
    private const int StackPointer = 4;
    private const int MemoryBase = 3;

    public static void Fill(Random random, in Instruction instruction)
    {
        for (int i = 0; i < 16; i++)
        {
            HostProcessor.Register(i) = Interesting(random);
            HostProcessor.Vector(i) = VectorValue(random);
        }

        HostProcessor.Register(MemoryBase) = HostProcessor.DataArea;
        if (instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc
            && instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register)
        {
            int number = instruction.Op1Register.GetFullRegister() - Register.RAX;
            HostProcessor.Register(number) = (ulong)random.Next(-BitIndexRange, BitIndexRange);
        }

        HostProcessor.Flags = ((ulong)random.Next() & Flags.ArithmeticMask) | Flags.AlwaysOne | Flags.Interrupt;
        Span<byte> data = HostProcessor.Data;
        for (int i = 0; i < data.Length; i += 16)
        {
            BitConverter.TryWriteBytes(data[i..], Interesting(random));
            BitConverter.TryWriteBytes(data[(i + 8)..], Interesting(random));
        }
    }

    public static void CopyToGuest(TestGuest guest)
    {
        for (int i = 0; i < 16; i++)
        {
            guest.State.Registers[i] = i == StackPointer ? TestGuest.StackTop : HostProcessor.Register(i);
            guest.State.Xmm[i] = HostProcessor.Vector(i);
        }

        guest.State.Rflags = HostProcessor.Flags;
        guest.State.Rip = TestGuest.Code;
        guest.State.InterruptShadow = false;
        guest.State.Mxcsr = 0x1f80;
        guest.Write(HostProcessor.DataArea, HostProcessor.Data);
    }

    /// <summary>What differs; empty if nothing.</summary>
    public static string Difference(TestGuest guest, ulong flagMask)
    {
        var text = new StringBuilder();
        for (int i = 0; i < 16; i++)
        {
            if (i != StackPointer && guest.State.Registers[i] != HostProcessor.Register(i))
            {
                text.Append($"{(GeneralRegister)i} is {guest.State.Registers[i]:x}, host {HostProcessor.Register(i):x}; ");
            }

            if (guest.State.Xmm[i] != HostProcessor.Vector(i))
            {
                text.Append($"XMM{i} is {guest.State.Xmm[i]:x}, host {HostProcessor.Vector(i):x}; ");
            }
        }

        ulong flags = (guest.State.Rflags ^ HostProcessor.Flags) & flagMask;
        if (flags != 0)
        {
            text.Append($"flags are {guest.State.Rflags:x}, host {HostProcessor.Flags:x}, differ in {flags:x}; ");
        }

        ReadOnlySpan<byte> memory = guest.Machine.Memory.ReadOnlySpan(HostProcessor.DataArea, HostProcessor.DataBytes);
        if (!memory.SequenceEqual(HostProcessor.Data))
        {
            int at = memory.CommonPrefixLength(HostProcessor.Data);
            text.Append($"memory differs at +{at:x}: {memory[at]:x2}, host {HostProcessor.Data[at]:x2}; ");
        }

        return text.ToString();
    }

    private static ulong Interesting(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => 1ul << random.Next(64),
        3 => (ulong)random.Next(256),
        4 => (ulong)-random.Next(256),
        5 => (1ul << random.Next(64)) - 1,
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    private static UInt128 VectorValue(Random random) => random.Next(3) switch
    {
        0 => new UInt128(Interesting(random), Interesting(random)),
        1 => new UInt128(
            BitConverter.DoubleToUInt64Bits((random.NextDouble() - 0.5) * 1000),
            BitConverter.DoubleToUInt64Bits((random.NextDouble() - 0.5) * 1e12)),
        _ => new UInt128(Singles(random), Singles(random)),
    };

    private static ulong Singles(Random random) =>
        ((ulong)BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 100) << 32)
        | BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 1e7f);
}
