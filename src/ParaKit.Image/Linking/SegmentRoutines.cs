using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>Loads of CS, which are transfers of control at the same time (Intel SDM vol. 2, "CALL", "JMP", "RET"). The selector is in DI.</summary>
internal static class SegmentRoutines
{
    private const int PointerSize = 16;

    internal static IEnumerable<Routine> All =>
    [
        new("pk_x86_load_segments", (a, _) =>
        {
            a.mov(ds, esi);
            a.mov(es, esi);
            a.mov(ss, esi);
            FarReturn(a);
        }),
        new("pk_x86_far_return", (a, _) => FarReturn(a)),
        new("pk_x86_far_jump", (a, _) => FarJump(a)),
        new("pk_x86_far_call", (a, _) => FarCall(a)),
    ];

    /// <summary>Puts the selector under the caller's address and returns through both.</summary>
    private static void FarReturn(Assembler a)
    {
        a.pop(rax);
        a.movzx(edi, di);
        a.push(rdi);
        a.push(rax);
        a.AddInstruction(Instruction.Create(Code.Retfq));
    }

    private static void FarJump(Assembler a)
    {
        Label next = a.CreateLabel();
        PushPointer(a, next);
        a.AddInstruction(Instruction.Create(Code.Jmp_m1664, new MemoryOperand(Register.RSP)));
        a.Label(ref next);
        a.add(rsp, PointerSize);
        a.ret();
    }

    /// <summary>What is called returns near, so a few instructions stand between that return far.</summary>
    private static void FarCall(Assembler a)
    {
        Label between = a.CreateLabel();
        PushPointer(a, between);
        a.AddInstruction(Instruction.Create(Code.Call_m1664, new MemoryOperand(Register.RSP)));
        a.add(rsp, PointerSize);
        a.ret();
        a.Label(ref between);
        a.push(rbp); // 16-byte alignment
        a.call(rsi);
        a.pop(rbp);
        a.AddInstruction(Instruction.Create(Code.Retfq));
    }

    private static void PushPointer(Assembler a, Label target)
    {
        a.movzx(edi, di);
        a.push(rdi);
        a.lea(rax, __[target]);
        a.push(rax);
    }
}
