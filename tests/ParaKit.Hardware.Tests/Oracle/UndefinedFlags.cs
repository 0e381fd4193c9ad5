using Iced.Intel;
using ParaKit.Hardware.Cpu;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>Flags that the manual leaves undefined, by mnemonic, so that the host's value says nothing.</summary>
internal static class UndefinedFlags
{
    private const ulong AllButCarryOverflow = Flags.Parity | Flags.Adjust | Flags.Zero | Flags.Sign;
    private const ulong AllButZero = Flags.ArithmeticMask & ~Flags.Zero;
    private const ulong AllButCarryZero = AllButZero & ~Flags.Carry;

    /// <summary>Flags not to compare after <paramref name="instruction"/> with shift count <paramref name="count"/>.</summary>
    public static ulong Of(in Instruction instruction, int count, int bits) => instruction.Mnemonic switch
    {
        Mnemonic.Mul or Mnemonic.Imul => AllButCarryOverflow,
        Mnemonic.Div or Mnemonic.Idiv => Flags.ArithmeticMask,
        Mnemonic.And or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Test => Flags.Adjust,
        Mnemonic.Bsf or Mnemonic.Bsr => AllButZero,
        Mnemonic.Tzcnt or Mnemonic.Lzcnt => AllButCarryZero,
        Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc =>
            Flags.Parity | Flags.Adjust | Flags.Sign | Flags.Overflow,
        Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar => count == 0
            ? 0
            : Flags.Adjust | (count > 1 ? Flags.Overflow : 0)
                | (count >= bits && instruction.Mnemonic != Mnemonic.Sar ? Flags.Carry : 0),
        Mnemonic.Shld or Mnemonic.Shrd => count == 0
            ? 0
            : Flags.Adjust | (count > 1 ? Flags.Overflow : 0) | (count > bits ? Flags.ArithmeticMask : 0),
        Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr => count == 1 ? 0 : Flags.Overflow,
        _ => 0,
    };
}
