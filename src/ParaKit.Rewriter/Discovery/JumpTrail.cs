using Iced.Intel;

namespace ParaKit.Rewriter.Discovery;

/// <summary>
/// The last instructions before an indirect jump, in which compilers prepare it: the comparison that bounds the index, and the addresses of
/// table and base.
/// </summary>
internal sealed class JumpTrail
{
    private const int Length = 16;

    private readonly Queue<Instruction> _last = new();

    public void Note(in Instruction instruction)
    {
        if (_last.Count == Length)
        {
            _last.Dequeue();
        }

        _last.Enqueue(instruction);
    }

    /// <summary>Recognises <c>jmp [table + index*8]</c>, and <c>jmp reg</c> of a distance from a 4-byte table added to an address.</summary>
    public bool TryFindTable(in Instruction jump, out JumpTable table)
    {
        table = default;
        int count = Bound() + 1;
        if (count <= 0)
        {
            return false;
        }

        if (jump.Op0Kind == OpKind.Memory && jump.MemoryIndexScale == 8 && jump.MemoryBase == Register.None)
        {
            table = new JumpTable(jump.MemoryDisplacement64, 8, 0, count);
            return true;
        }

        return jump.Op0Kind == OpKind.Register && TryFindDistances(count, out table);
    }

    /// <summary>The largest index that the last comparison lets through; -1 if there is none.</summary>
    private int Bound()
    {
        Instruction[] trail = [.. _last];
        for (int i = trail.Length - 2; i >= 0; i--)
        {
            bool isBounded = trail[i].Mnemonic == Mnemonic.Cmp && trail[i + 1].Mnemonic is Mnemonic.Ja or Mnemonic.Jae
                && trail[i].Op1Kind is OpKind.Immediate8 or OpKind.Immediate8to32 or OpKind.Immediate8to64 or OpKind.Immediate32;
            if (isBounded)
            {
                return (int)trail[i].GetImmediate(1) - (trail[i + 1].Mnemonic == Mnemonic.Jae ? 1 : 0);
            }
        }

        return -1;
    }

    private bool TryFindDistances(int count, out JumpTable table)
    {
        table = default;
        Instruction[] trail = [.. _last];
        int load = Array.FindLastIndex(trail, i => i.Mnemonic is Mnemonic.Mov or Mnemonic.Movsxd && i.MemoryIndexScale == 4 && i.Op1Kind == OpKind.Memory);
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
