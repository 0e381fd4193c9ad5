using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>How a native kernel enters a guest of its own.</summary>
internal static class VirtualMachineRoutines
{
    // Behind the slots of 16 registers, by number; those of RAX and RSP, which the control structure has, are not used.
    private const int ExtendedState = 128;

    private static readonly AssemblerRegister64[] s_registers = [rcx, rdx, rbx, rbp, rdi, r8, r9, r10, r11, r12, r13, r14, r15];
    private static readonly AssemblerRegister64[] s_kept = [rbx, rbp, r12, r13, r14, r15];

    /// <summary>
    /// "pk_x86_vmrun": RDI is the physical address of the control structure, RSI points to the guest's registers and, 16-byte aligned behind them, its
    /// FXSAVE image. AMD64 Architecture Programmer's Manual vol. 3, "VMRUN".
    /// </summary>
    internal static Routine Run { get; } = new("pk_x86_vmrun", (a, _) =>
    {
        foreach (AssemblerRegister64 register in s_kept)
        {
            a.push(register);
        }

        a.push(rsi);
        a.mov(rax, rdi);
        a.fxrstor(__[rsi + ExtendedState]);
        foreach (AssemblerRegister64 register in s_registers)
        {
            a.mov(register, __qword_ptr[rsi + Slot(register)]);
        }

        a.mov(rsi, __qword_ptr[rsi + Slot(rsi)]);
        a.AddInstruction(Instruction.Create(Code.Vmrunq));
        a.xchg(__qword_ptr[rsp], rsi);
        foreach (AssemblerRegister64 register in s_registers)
        {
            a.mov(__qword_ptr[rsi + Slot(register)], register);
        }

        a.pop(rax);
        a.mov(__qword_ptr[rsi + Slot(rsi)], rax);
        a.fxsave(__[rsi + ExtendedState]);
        foreach (AssemblerRegister64 register in s_kept.Reverse())
        {
            a.pop(register);
        }

        a.ret();
    });

    private static int Slot(AssemblerRegister64 register) => (((Register)register).GetNumber()) * sizeof(ulong);
}
