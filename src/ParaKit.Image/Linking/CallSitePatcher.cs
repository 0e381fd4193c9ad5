using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>Replaces a call of a machine operation by its instructions when they fit into the call's five bytes.</summary>
internal static class CallSitePatcher
{
    private const int CallSize = 5;
    private const byte Call = 0xe8;
    private const byte Jump = 0xe9;
    private const byte Return = 0xc3;

    // Multi-byte no-operations, by length (Intel SDM vol. 2B, "NOP").
    private static readonly byte[][] s_noOperations = [[], [0x90], [0x66, 0x90], [0x0f, 0x1f, 0x00], [0x0f, 0x1f, 0x40, 0x00]];

    /// <summary>
    /// Patches the call whose displacement is at <paramref name="relocation"/>. The byte before a call's or jump's displacement is E8 or
    /// E9, which no RIP-relative operand can have there, so the test is exact. A jump is a tail call and needs room for a return.
    /// </summary>
    internal static bool TryPatch(byte[] code, Relocation relocation, MachineOperation operation)
    {
        if (relocation.Type is not (ElfFormat.RelocationCall32 or ElfFormat.RelocationRelative32) || relocation.Offset == 0)
        {
            return false;
        }

        byte opcode = code[relocation.Offset - 1];
        int needed = operation.Bytes.Length + (opcode == Jump ? 1 : 0);
        if (opcode is not (Call or Jump) || needed > CallSize)
        {
            return false;
        }

        Span<byte> site = code.AsSpan((int)relocation.Offset - 1, CallSize);
        operation.Bytes.CopyTo(site);
        site = site[operation.Bytes.Length..];
        if (opcode == Jump)
        {
            site[0] = Return;
            site = site[1..];
        }

        s_noOperations[site.Length].CopyTo(site);
        return true;
    }
}
