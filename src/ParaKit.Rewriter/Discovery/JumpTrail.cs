using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// The last instructions before an indirect jump, in which compilers prepare it: the comparison that bounds the index, and the addresses of
/// table and base.
/// </summary>
internal sealed class JumpTrail(IReadOnlyList<Instruction> trail)
{
    /// <summary>So many instructions are looked at, the jump included.</summary>
    internal const int Length = 16;

    /// <summary>Recognises <c>jmp [table + index*8]</c> (4 in 32-bit code), and <c>jmp reg</c> of a distance from a 4-byte table added to an address.</summary>
    public bool TryFindTable(in Instruction jump, out JumpTable table)
    {
        table = default;
        int count = Bound() + 1;
        if (count <= 0)
        {
            return false;
        }

        bool isTable = jump.Op0Kind == OpKind.Memory && jump.MemoryBase == Register.None && jump.MemoryIndex != Register.None
            && jump.MemoryIndexScale == (jump.CodeSize == CodeSize.Code64 ? 8 : 4);
        if (isTable)
        {
            table = new JumpTable(jump.MemoryDisplacement64, jump.MemoryIndexScale, null, count);
            return true;
        }

        return jump.Op0Kind == OpKind.Register && TryFindDistances(count, out table);
    }

    /// <summary>The largest index that the last comparison lets through; -1 if there is none.</summary>
    private int Bound()
    {
        for (int i = trail.Count - 2; i >= 0; i--)
        {
            bool isBounded = trail[i].Mnemonic == Mnemonic.Cmp && trail[i + 1].Mnemonic is Mnemonic.Ja or Mnemonic.Jae
                && trail[i].Op1Kind is OpKind.Immediate8 or OpKind.Immediate8to32 or OpKind.Immediate8to64 or OpKind.Immediate32;
            if (isBounded)
            {
                ulong bound = trail[i].GetImmediate(1) - (trail[i + 1].Mnemonic == Mnemonic.Jae ? 1UL : 0);
                return bound < int.MaxValue ? (int)bound : -1;
            }
        }

        return -1;
    }

    private bool TryFindDistances(int count, out JumpTable table)
    {
        table = default;
        int load = trail.ToList().FindLastIndex(i => i.Mnemonic is Mnemonic.Mov or Mnemonic.Movsxd && i.MemoryIndexScale == 4 && i.Op1Kind == OpKind.Memory);
        if (load < 0)
        {
            return false;
        }

        Instruction[] addresses = [.. trail.Where(i => i.Mnemonic == Mnemonic.Lea && i.IsIPRelativeMemoryOperand)];
        int first = Array.FindLastIndex(addresses, i => i.Op0Register == trail[load].MemoryBase && i.IP < trail[load].IP);
        if (first < 0)
        {
            return false;
        }

        // The base is the last address taken: after the load if the code adds another, the table itself otherwise.
        ulong start = addresses[first].IPRelativeMemoryAddress;
        Instruction last = addresses[^1];
        table = new JumpTable(start, 4, last.IP > trail[load].IP ? last.IPRelativeMemoryAddress : start, count);
        return true;
    }
}
