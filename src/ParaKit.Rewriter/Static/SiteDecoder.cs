using Iced.Intel;

namespace ParaKit.Rewriter.Static;

/// <summary>Turns a sensitive instruction into what the bridge needs to know to perform it.</summary>
internal static class SiteDecoder
{
    private const int PortInDx = -1;

    /// <summary>Describes an instruction; false if the bridge cannot perform it.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="isMoved">Whether it will be performed from a trampoline, so that relative addresses must become absolute.</param>
    /// <param name="site">The description, without its address.</param>
    public static bool TryDecode(in Instruction instruction, bool isMoved, out PayloadSite site)
    {
        site = new PayloadSite
        {
            Length = (byte)instruction.Length,
            Register = PayloadSite.None,
            Special = PayloadSite.None,
            Base = PayloadSite.None,
            Index = PayloadSite.None,
        };
        if (OperationOf(in instruction) is not { } operation)
        {
            return false;
        }

        site.Operation = operation;
        DecodeOperands(in instruction, ref site);
        return !HasMemory(in instruction) || TryDecodeAddress(in instruction, isMoved, ref site);
    }

    private static PayloadOperation? OperationOf(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Cli => PayloadOperation.Cli,
        Mnemonic.Sti => PayloadOperation.Sti,
        Mnemonic.Hlt => PayloadOperation.Hlt,
        Mnemonic.Pushfq => PayloadOperation.Pushf,
        Mnemonic.Popfq => PayloadOperation.Popf,
        Mnemonic.Iretq => PayloadOperation.Iret,
        Mnemonic.Sysretq => PayloadOperation.Sysret,
        Mnemonic.Swapgs => PayloadOperation.Swapgs,
        Mnemonic.Clts => PayloadOperation.Clts,
        Mnemonic.Smsw => PayloadOperation.Smsw,
        Mnemonic.Lmsw => PayloadOperation.Lmsw,
        Mnemonic.Lgdt => PayloadOperation.Lgdt,
        Mnemonic.Lidt => PayloadOperation.Lidt,
        Mnemonic.Sgdt => PayloadOperation.Sgdt,
        Mnemonic.Sidt => PayloadOperation.Sidt,
        Mnemonic.Lldt => PayloadOperation.Lldt,
        Mnemonic.Sldt => PayloadOperation.Sldt,
        Mnemonic.Ltr => PayloadOperation.Ltr,
        Mnemonic.Str => PayloadOperation.Str,
        Mnemonic.Invlpg => PayloadOperation.Invlpg,
        Mnemonic.In => PayloadOperation.In,
        Mnemonic.Out => PayloadOperation.Out,
        Mnemonic.Rdmsr => PayloadOperation.Rdmsr,
        Mnemonic.Wrmsr => PayloadOperation.Wrmsr,
        Mnemonic.Lar => PayloadOperation.Lar,
        Mnemonic.Lsl => PayloadOperation.Lsl,
        Mnemonic.Verr => PayloadOperation.Verr,
        Mnemonic.Verw => PayloadOperation.Verw,
        Mnemonic.Jmp when instruction.Code == Code.Jmp_m1664 => PayloadOperation.FarJump,
        Mnemonic.Call when instruction.Code == Code.Call_m1664 => PayloadOperation.FarCall,
        Mnemonic.Invd or Mnemonic.Wbinvd => PayloadOperation.Nothing,
        Mnemonic.Int or Mnemonic.Int3 => PayloadOperation.Interrupt,
        Mnemonic.Retf when instruction.Code == Code.Retfq => PayloadOperation.FarReturn,
        Mnemonic.Mov when instruction.Op0Register.IsCR() => PayloadOperation.WriteControl,
        Mnemonic.Mov when instruction.Op1Register.IsCR() => PayloadOperation.ReadControl,
        Mnemonic.Mov when instruction.Op0Register.IsDR() => PayloadOperation.WriteDebug,
        Mnemonic.Mov when instruction.Op1Register.IsDR() => PayloadOperation.ReadDebug,
        Mnemonic.Mov when instruction.Op0Register.IsSegmentRegister() => PayloadOperation.WriteSegment,
        Mnemonic.Mov when instruction.Op1Register.IsSegmentRegister() => PayloadOperation.ReadSegment,
        Mnemonic.Push when instruction.Op0Register.IsSegmentRegister() => PayloadOperation.PushSegment,
        Mnemonic.Pop when instruction.Op0Register.IsSegmentRegister() => PayloadOperation.PopSegment,
        _ => null,
    };

    private static void DecodeOperands(in Instruction instruction, ref PayloadSite site)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register)
            {
                DecodeRegister(instruction.GetOpRegister(i), ref site);
            }
            else if (instruction.GetOpKind(i) is OpKind.Immediate8)
            {
                site.Value = instruction.Immediate8;
            }
        }

        switch (site.Operation)
        {
            case PayloadOperation.Lar or PayloadOperation.Lsl:
                DecodeInspection(in instruction, ref site);
                break;
            case PayloadOperation.In:
                DecodePort(instruction.Op0Register, instruction.Op1Kind, ref site);
                break;
            case PayloadOperation.Out:
                DecodePort(instruction.Op1Register, instruction.Op0Kind, ref site);
                break;
            case PayloadOperation.Interrupt when instruction.Mnemonic == Mnemonic.Int3:
                site.Value = 3;
                break;
        }
    }

    /// <summary>LAR and LSL have two registers: the selector's, unless it is in memory, and the one for the answer.</summary>
    private static void DecodeInspection(in Instruction instruction, ref PayloadSite site)
    {
        site.Special = (sbyte)instruction.Op0Register.GetFullRegister().GetNumber();
        site.Width = (byte)instruction.Op0Register.GetSize();
        site.Register = instruction.Op1Kind == OpKind.Register ? (sbyte)instruction.Op1Register.GetFullRegister().GetNumber() : PayloadSite.None;
    }

    private static void DecodePort(Register data, OpKind port, ref PayloadSite site)
    {
        site.Width = (byte)data.GetSize();
        site.Value = port == OpKind.Register ? PortInDx : site.Value;
    }

    private static void DecodeRegister(Register register, ref PayloadSite site)
    {
        if (register.IsGPR())
        {
            site.Register = (sbyte)register.GetFullRegister().GetNumber();
            site.Width = (byte)register.GetSize();
        }
        else
        {
            site.Special = (sbyte)register.GetNumber();
        }
    }

    private static bool HasMemory(in Instruction instruction) =>
        instruction.Op0Kind == OpKind.Memory || instruction.Op1Kind == OpKind.Memory;

    private static bool TryDecodeAddress(in Instruction instruction, bool isMoved, ref PayloadSite site)
    {
        if (instruction.SegmentPrefix is Register.FS or Register.GS || instruction.MemoryBase.IsGPR32() || instruction.MemoryIndex.IsGPR32())
        {
            return false;
        }

        if (instruction.IsIPRelativeMemoryOperand)
        {
            site.Base = isMoved ? PayloadSite.None : PayloadSite.RelativeToNext;
            site.Value = (long)(isMoved ? instruction.IPRelativeMemoryAddress : instruction.IPRelativeMemoryAddress - instruction.NextIP);
            return true;
        }

        site.Value = (long)instruction.MemoryDisplacement64;
        site.Base = instruction.MemoryBase == Register.None ? PayloadSite.None : (sbyte)instruction.MemoryBase.GetNumber();
        site.Index = instruction.MemoryIndex == Register.None ? PayloadSite.None : (sbyte)instruction.MemoryIndex.GetNumber();
        site.Scale = (byte)System.Numerics.BitOperations.TrailingZeroCount(instruction.MemoryIndexScale);
        return true;
    }
}
