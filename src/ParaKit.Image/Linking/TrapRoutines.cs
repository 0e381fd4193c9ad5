using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>
/// Entry from and return to an interrupted context, around the kernel's <c>kernel_trap</c>. The frame built here is the
/// <c>TrapFrame</c> structure of the guest library; both sides state the same offsets.
/// </summary>
internal static class TrapRoutines
{
    internal const int VectorCount = 256;
    internal const int SystemCallVector = 0x100;
    internal const int EventVector = 0x101;

    internal const string Entry = "pk_trap_common";
    internal const string Exit = "pk_trap_exit";

    internal const int ExtendedStateSize = 512;
    private const int RegisterCount = 15;

    // From the frame's vector field, where RSP stands after the general registers are popped.
    internal const int ErrorCodeOffset = 8;
    internal const int RipOffset = 16;
    internal const int CsOffset = 24;
    internal const int RflagsOffset = 32;
    internal const int RspOffset = 40;

    private static readonly AssemblerRegister64[] s_pushed =
        [rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15];

    internal static string EntryOf(int vector) => $"pk_trap_vector_{vector}";

    /// <summary>Exceptions that push an error code (Intel SDM vol. 3A, "Error Code").</summary>
    internal static bool HasErrorCode(int vector) => vector is 8 or 10 or 11 or 12 or 13 or 14 or 17 or 21 or 29 or 30;

    /// <summary>Pushes the vector, after a zero where the processor pushes no error code, and joins the common entry.</summary>
    internal static void EmitEntry(Assembler a, int vector, Func<string, ulong> resolve)
    {
        if (!HasErrorCode(vector))
        {
            a.push(0);
        }

        a.push(vector);
        a.jmp(resolve(Entry));
    }

    /// <summary>Saves everything, calls the kernel with the frame and resumes the frame that it returns.</summary>
    internal static Routine CommonEntry(Action<Assembler> tidy) => new(Entry, (a, resolve) =>
    {
        foreach (AssemblerRegister64 register in s_pushed)
        {
            a.push(register);
        }

        tidy(a);
        a.cld();
        a.sub(rsp, ExtendedStateSize);
        a.fxsave(__[rsp]);
        a.mov(rdi, rsp);
        a.xor(ebp, ebp);
        a.call(resolve("kernel_trap"));
        a.jmp(resolve(Exit));
    });

    /// <summary>Offset of a field of the processor's frame from RSP when all general registers are pushed.</summary>
    internal static int WhileSaved(int offset) => (RegisterCount * 8) + offset;

    /// <summary>Restores the frame in RAX up to its vector field; <paramref name="leave"/> does the rest.</summary>
    internal static Routine CommonExit(Action<Assembler, Func<string, ulong>> leave) => new(Exit, (a, resolve) =>
    {
        a.mov(rsp, rax);
        a.fxrstor(__[rsp]);
        a.add(rsp, ExtendedStateSize);
        foreach (AssemblerRegister64 register in s_pushed.Reverse())
        {
            a.pop(register);
        }

        leave(a, resolve);
    });

    /// <summary>Resumes the frame given as first argument.</summary>
    internal static Routine Resume(string symbol) => new(symbol, (a, resolve) =>
    {
        a.mov(rax, rdi);
        a.jmp(resolve(Exit));
    });

    /// <summary>INT n has its vector in the instruction, so there is one for each; the vector given in DIL selects.</summary>
    internal static Routine SoftwareInterrupt(string symbol) => new(symbol, (a, _) =>
    {
        Label table = a.CreateLabel();
        a.movzx(edi, dil);
        a.lea(rax, __[table]);
        a.lea(rax, __[rax + (rdi * 4)]);
        a.jmp(rax);
        a.Label(ref table);
        for (int vector = 0; vector < VectorCount; vector++)
        {
            a.db(0xcd, (byte)vector, 0xc3, 0x90); // int n; ret; nop
        }
    });
}
