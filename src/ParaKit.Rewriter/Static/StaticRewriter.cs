using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;

namespace ParaKit.Rewriter.Static;

/// <summary>
/// Makes a paravirtual image of a native one without its source: every sensitive instruction becomes a call of the bridge, a small kernel that
/// is put under it. In place where the replacement fits; CLI and STI by trampolines where there is room for a jump.
/// </summary>
public sealed class StaticRewriter
{
    private const byte BridgeVector = 0x90;
    private const int JumpLength = 5;
    private const ulong TrampolineAlignment = 1UL << 30;
    private const ulong TrampolineArea = 2UL << 20;
    private const int PageBytes = 4096;

    private readonly KernelImage _image;
    private readonly DiscoveredCode _code;
    private readonly Dictionary<ulong, byte[]> _segments;
    private readonly List<PayloadSite> _sites = [];
    private readonly List<RewrittenSite> _report = [];
    private readonly List<string> _warnings = [];
    private readonly HashSet<ulong> _taken = [];
    private readonly InstructionText _text;
    private readonly ulong _trampolineStart;
    private readonly TrampolineWriter _trampolines;
    private readonly ulong _flags;

    private StaticRewriter(KernelImage image)
    {
        _image = image;
        _code = ImageCode.Explore(image);
        _text = new InstructionText(image);
        _segments = image.Segments.ToDictionary(s => s.VirtualAddress, s => s.Data.ToArray());
        _trampolineStart = (image.Segments.Min(s => s.VirtualAddress) & ~(TrampolineAlignment - 1)) - TrampolineArea;
        _trampolines = new TrampolineWriter(_trampolineStart);
        // The flags' page is known once all trampolines are; room for one per CLI and STI is enough.
        _flags = _trampolineStart + (ulong)TrampolineBytes;
    }

    /// <summary>Whether an image is the bridge with a rewritten kernel behind it.</summary>
    public static bool IsRewritten(KernelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Segments.Any(s => s.Data.Length >= sizeof(ulong) && BitConverter.ToUInt64(s.Data.Span) == PayloadHeader.MagicValue);
    }

    /// <summary>Rewrites an image.</summary>
    /// <param name="image">A native kernel.</param>
    /// <param name="bridge">The bridge's image file.</param>
    /// <exception cref="RewriteException">The kernel uses something that the bridge does not have, or is no native kernel.</exception>
    public static RewrittenImage Rewrite(KernelImage image, ReadOnlyMemory<byte> bridge)
    {
        ArgumentNullException.ThrowIfNull(image);
        var rewriter = new StaticRewriter(image);
        rewriter.RewriteAll();
        byte[] payload = PayloadWriter.Write(image, rewriter._segments, rewriter.AllSites(), rewriter._trampolineStart, rewriter._trampolines.ToArray(TrampolineBytes));
        return new RewrittenImage(BridgeImage.Attach(bridge, payload), rewriter._report, rewriter._warnings);
    }

    private static int TrampolineBytes => 16 * PageBytes;

    private void RewriteAll()
    {
        foreach (Instruction instruction in _code.Map.Instructions())
        {
            // 32-bit code is the PVH entry's, which the bridge does not enter.
            if (instruction.CodeSize != CodeSize.Code64 || _taken.Contains(instruction.IP)
                || SensitiveInstructions.Find(instruction.Code) is not { Class: not InstructionClass.Revealing } sensitive)
            {
                continue;
            }

            if (_code.Map.OriginOf(instruction.IP) == CodeOrigin.Sweep && !IsInFunction(instruction.IP))
            {
                _warnings.Add($"{instruction.IP:x16}: {_text.Format(in instruction)} is not reached by known control flow and may be data; left as it is.");
                continue;
            }

            Replace(in instruction, sensitive);
        }
    }

    private void Replace(in Instruction instruction, SensitiveInstruction sensitive)
    {
        if (_code.Map.IsOverlapping(in instruction))
        {
            throw new RewriteException(
                $"'{_image.Name}' cannot be rewritten: {_text.Format(in instruction)} at {_image.Describe(instruction.IP)} ({instruction.IP:x16}) shares bytes with another instruction that control flow reaches.");
        }

        if (!SiteDecoder.TryDecode(in instruction, isMoved: false, out PayloadSite site))
        {
            throw new RewriteException(
                $"'{_image.Name}' cannot be rewritten: {_text.Format(in instruction)} at {_image.Describe(instruction.IP)} ({instruction.IP:x16}) has no counterpart in the bridge.");
        }

        if (site.Operation is PayloadOperation.Cli or PayloadOperation.Sti && TryFindRoom(in instruction, out List<Instruction> moved))
        {
            WriteJump(moved, sensitive);
            return;
        }

        site.Address = PhysicalOf(instruction.IP);
        _sites.Add(site);
        byte[] patch = instruction.Length == 1 ? [0xcc] : [0xcd, BridgeVector, .. Enumerable.Repeat((byte)0x90, instruction.Length - 2)];
        Report([instruction], sensitive, patch.Length == 1 ? RewriteForm.Breakpoint : RewriteForm.Interrupt, patch, trampoline: 0, length: 0);
    }

    /// <summary>Takes the instructions that a jump at an address would overwrite; false if control flow may enter among them.</summary>
    private bool TryFindRoom(in Instruction first, out List<Instruction> moved)
    {
        moved = [first];
        if (HasUnresolvedJump(first.IP) || _trampolines.Length > TrampolineBytes - 256)
        {
            return false;
        }

        while (moved.Sum(i => i.Length) < JumpLength)
        {
            ulong next = moved[^1].NextIP;
            bool isMovable = !_code.Map.IsTarget(next) && !_taken.Contains(next) && _code.Map.TryDecode(next, out Instruction instruction)
                && CanMove(in instruction) && Add(moved, in instruction);
            if (!isMovable)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What cannot fault may move: an exception must show the address at which the kernel has the instruction.</summary>
    private static bool CanMove(in Instruction instruction) => instruction.Mnemonic is Mnemonic.Nop or Mnemonic.Hlt
        || (instruction.FlowControl == FlowControl.Next && SensitiveInstructions.Find(instruction.Code) is null
            && instruction.Op0Kind != OpKind.Memory && instruction.Op1Kind != OpKind.Memory && !instruction.IsStackInstruction
            && instruction.Mnemonic is Mnemonic.Mov or Mnemonic.Add or Mnemonic.Sub or Mnemonic.And or Mnemonic.Or or Mnemonic.Xor
                or Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Inc or Mnemonic.Dec or Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Imul);

    private static bool Add(List<Instruction> moved, in Instruction instruction)
    {
        moved.Add(instruction);
        return true;
    }

    private void WriteJump(List<Instruction> moved, SensitiveInstruction sensitive)
    {
        int before = _trampolines.Length;
        ulong target = _trampolines.Write(moved, _flags);
        int length = moved.Sum(i => i.Length);
        var patch = new byte[length];
        Array.Fill(patch, (byte)0x90);
        patch[0] = 0xe9;
        BitConverter.TryWriteBytes(patch.AsSpan(1), (int)(target - (moved[0].IP + JumpLength)));
        foreach (Instruction instruction in moved)
        {
            _taken.Add(instruction.IP);
        }

        Report(moved, sensitive, RewriteForm.Trampoline, patch, target, _trampolines.Length - before);
    }

    private void Report(List<Instruction> before, SensitiveInstruction sensitive, RewriteForm form, byte[] patch, ulong trampoline, int length)
    {
        ulong address = before[0].IP;
        patch.CopyTo(BytesAt(address, patch.Length));
        _report.Add(new RewrittenSite(
            address,
            _image.Describe(address),
            sensitive.Name,
            form,
            [.. before.Select(i => _text.Format(in i))],
            _text.Disassemble(patch, address),
            length == 0 ? [] : _text.Disassemble(_trampolines.ToArray(TrampolineBytes).AsSpan((int)(trampoline - _trampolineStart), length), trampoline)));
    }

    private PayloadSite[] AllSites() => [.. _sites.Concat(_trampolines.Sites).OrderBy(s => s.Address)];

    private bool IsInFunction(ulong address) => _image.TryFindSymbol(address, out _);

    private bool HasUnresolvedJump(ulong address) => _image.TryFindSymbol(address, out SymbolHit mine)
        && _code.UnresolvedJumps.Any(jump => _image.TryFindSymbol(jump, out SymbolHit other) && other.Name == mine.Name);

    private Span<byte> BytesAt(ulong address, int length)
    {
        ImageSegment segment = SegmentOf(address);
        return _segments[segment.VirtualAddress].AsSpan((int)(address - segment.VirtualAddress), length);
    }

    private ulong PhysicalOf(ulong address)
    {
        ImageSegment segment = SegmentOf(address);
        return segment.PhysicalAddress + (address - segment.VirtualAddress);
    }

    private ImageSegment SegmentOf(ulong address) =>
        _image.Segments.First(s => address - s.VirtualAddress < (ulong)s.Data.Length);
}
