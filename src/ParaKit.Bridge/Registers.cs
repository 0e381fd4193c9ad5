using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>The registers of an interrupted context by their numbers in encodings, and addresses made of them.</summary>
internal static unsafe class Registers
{
    private const int Rsp = 4;

    /// <summary>Where a general register is.</summary>
    public static ulong* Of(TrapFrame* frame, int number) => number switch
    {
        0 => &frame->Rax,
        1 => &frame->Rcx,
        2 => &frame->Rdx,
        3 => &frame->Rbx,
        Rsp => &frame->Rsp,
        5 => &frame->Rbp,
        6 => &frame->Rsi,
        7 => &frame->Rdi,
        8 => &frame->R8,
        9 => &frame->R9,
        10 => &frame->R10,
        11 => &frame->R11,
        12 => &frame->R12,
        13 => &frame->R13,
        14 => &frame->R14,
        _ => &frame->R15,
    };

    /// <summary>Writes a register as an instruction of that operand size does.</summary>
    public static void Write(TrapFrame* frame, int number, int width, ulong value)
    {
        ulong* register = Of(frame, number);
        *register = width switch
        {
            1 => (*register & ~0xffUL) | (byte)value,
            2 => (*register & ~0xffffUL) | (ushort)value,
            4 => (uint)value,
            _ => value,
        };
    }

    /// <summary>Linear address of a site's memory operand; RIP is behind the instruction.</summary>
    public static ulong Address(TrapFrame* frame, PayloadSite* site)
    {
        ulong address = (ulong)site->Value;
        if (site->Base == PayloadSite.RelativeToNext)
        {
            address += frame->Rip;
        }
        else if (site->Base != PayloadSite.None)
        {
            address += *Of(frame, site->Base);
        }

        return site->Index == PayloadSite.None ? address : address + (*Of(frame, site->Index) << site->Scale);
    }
}
