using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>Helpers that compiled C# calls and that C# itself cannot express: their register conventions are ilc's own.</summary>
internal static class RuntimeRoutines
{
    private const int SavedVectors = 8;

    internal static IEnumerable<Routine> All =>
    [
        new("RhpAssignRef", (a, _) => AssignReference(a)),
        new("RhpCheckedAssignRef", (a, _) => AssignReference(a)),
        new("RhpByRefAssignRef", (a, _) => CopyReference(a)),
        new("RhpStackProbe", (a, _) => a.ret()),
        new("RhpInitialDynamicInterfaceDispatch", DispatchInterface),
    ];

    // No generations, no card table: a reference store is a store.
    private static void AssignReference(Assembler a)
    {
        a.mov(__qword_ptr[rdi], rsi);
        a.ret();
    }

    private static void CopyReference(Assembler a)
    {
        a.mov(rcx, __qword_ptr[rsi]);
        a.mov(__qword_ptr[rdi], rcx);
        a.add(rdi, 8);
        a.add(rsi, 8);
        a.ret();
    }

    /// <summary>R11 is the dispatch cell; every argument register belongs to the call that is being dispatched.</summary>
    private static void DispatchInterface(Assembler a, Func<string, ulong> resolve)
    {
        AssemblerRegister64[] arguments = [rdi, rsi, rdx, rcx, r8, r9];
        foreach (AssemblerRegister64 register in arguments)
        {
            a.push(register);
        }

        int frame = (SavedVectors * 16) + 8; // keeps the stack aligned for the call
        a.sub(rsp, frame);
        for (int i = 0; i < SavedVectors; i++)
        {
            a.movups(__xmmword_ptr[rsp + (i * 16)], Vector(i));
        }

        a.mov(rsi, r11);
        a.call(resolve("pk_resolve_interface"));
        for (int i = 0; i < SavedVectors; i++)
        {
            a.movups(Vector(i), __xmmword_ptr[rsp + (i * 16)]);
        }

        a.add(rsp, frame);
        foreach (AssemblerRegister64 register in arguments.Reverse())
        {
            a.pop(register);
        }

        a.jmp(rax);
    }

    private static AssemblerRegisterXMM Vector(int index) => new[] { xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7 }[index];
}
