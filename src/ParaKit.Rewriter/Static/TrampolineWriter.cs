using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Rewriter.Static;

/// <summary>
/// Writes trampolines: what replaces CLI and STI without leaving the kernel, then the instructions that made room for the jump, then the way
/// back. Flags and registers are as the original leaves them.
/// </summary>
/// <param name="start">Linear address of the first trampoline.</param>
internal sealed class TrampolineWriter(ulong start)
{
    private const byte BridgeVector = 0x90;
    private const ulong FlagsOffset = 0;
    private const ulong PendingOffset = 1;

    private readonly List<byte> _code = [];
    private readonly List<PayloadSite> _sites = [];

    /// <summary>Bytes so far; the flags are on the page that follows the last one.</summary>
    public int Length => _code.Count;

    /// <summary>Sites inside trampolines.</summary>
    public IReadOnlyList<PayloadSite> Sites => _sites;

    /// <summary>The code, in whole pages.</summary>
    public byte[] ToArray(int bytes)
    {
        var pages = new byte[bytes];
        _code.CopyTo(pages);
        return pages;
    }

    /// <summary>Writes the trampoline of some instructions, the first of which is CLI or STI.</summary>
    /// <param name="moved">The instructions, as they stand in the kernel.</param>
    /// <param name="flags">Linear address of the <see cref="PayloadFlags"/>.</param>
    /// <returns>Its address.</returns>
    public ulong Write(IReadOnlyList<Instruction> moved, ulong flags)
    {
        ulong address = start + (ulong)_code.Count;
        var a = new Assembler(64);
        List<(Label Label, PayloadSite Site)> sites = [];
        bool enables = moved[0].Mnemonic == Mnemonic.Sti;
        a.AddInstruction(Instruction.Create(Code.Mov_rm8_imm8, Absolute(flags + FlagsOffset), enables ? 1 : 0));
        bool isHaltNext = moved.Count > 1 && moved[1].Mnemonic == Mnemonic.Hlt;
        if (enables && !isHaltNext)
        {
            CheckPending(a, flags, sites);
        }

        for (int i = 1; i < moved.Count; i++)
        {
            Instruction instruction = moved[i];
            if (SiteDecoder.TryDecode(in instruction, isMoved: true, out PayloadSite site))
            {
                Interrupt(a, site, sites);
            }
            else
            {
                a.AddInstruction(instruction);
            }
        }

        a.jmp(moved[^1].NextIP);
        Assemble(a, address, sites);
        return address;
    }

    private static MemoryOperand Absolute(ulong address) => new(Register.RIP, (long)address, 8);

    /// <summary>Goes to the bridge if an interrupt waits, leaving flags and registers alone.</summary>
    private static void CheckPending(Assembler a, ulong flags, List<(Label, PayloadSite)> sites)
    {
        Label none = a.CreateLabel();
        Label end = a.CreateLabel();
        a.push(rcx);
        a.AddInstruction(Instruction.Create(Code.Movzx_r32_rm8, Register.ECX, Absolute(flags + PendingOffset)));
        a.jrcxz(none);
        a.pop(rcx);
        Interrupt(a, new PayloadSite { Operation = PayloadOperation.CheckInterrupts, Register = -1, Special = -1, Base = -1, Index = -1 }, sites);
        a.jmp(end);
        a.Label(ref none);
        a.pop(rcx);
        a.Label(ref end);
        a.nop();
    }

    private static void Interrupt(Assembler a, PayloadSite site, List<(Label, PayloadSite)> sites)
    {
        const byte InterruptLength = 2;
        Label here = a.CreateLabel();
        a.Label(ref here);
        a.@int(BridgeVector);
        site.Length = InterruptLength;
        sites.Add((here, site));
    }

    private void Assemble(Assembler a, ulong address, List<(Label Label, PayloadSite Site)> sites)
    {
        using var code = new MemoryStream();
        AssemblerResult result = a.Assemble(new StreamCodeWriter(code), address, BlockEncoderOptions.ReturnNewInstructionOffsets);
        _code.AddRange(code.ToArray());
        foreach ((Label label, PayloadSite site) in sites)
        {
            PayloadSite placed = site;
            placed.Address = result.GetLabelRIP(label);
            _sites.Add(placed);
        }
    }
}
