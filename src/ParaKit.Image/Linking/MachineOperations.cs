using System.Collections.Frozen;
using System.Globalization;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>
/// Machine code of the operations that guests call as static methods: the one place where an operation's symbol meets its instructions.
/// Arguments: RDI, RSI, RDX; result: RAX.
/// </summary>
internal static class MachineOperations
{
    private static readonly MachineOperation[] s_table =
    [
        Sensitive("pk_x86_cli", a => a.cli()),
        Sensitive("pk_x86_sti", a => a.sti()),
        Sensitive("pk_x86_hlt", a => a.hlt()),
        Sensitive("pk_x86_sti_hlt", a =>
        {
            a.sti();
            a.hlt();
        }),
        Sensitive("pk_x86_pushf", ReadFlags),
        Sensitive("pk_x86_popf", a =>
        {
            a.push(rdi);
            a.popfq();
        }),
        Sensitive("pk_x86_read_cr0", a => a.mov(rax, cr0)),
        Sensitive("pk_x86_read_cr2", a => a.mov(rax, cr2)),
        Sensitive("pk_x86_read_cr3", a => a.mov(rax, cr3)),
        Sensitive("pk_x86_read_cr4", a => a.mov(rax, cr4)),
        Sensitive("pk_x86_read_cr8", a => a.mov(rax, cr8)),
        Sensitive("pk_x86_write_cr0", a => a.mov(cr0, rdi)),
        Sensitive("pk_x86_write_cr3", a => a.mov(cr3, rdi)),
        Sensitive("pk_x86_write_cr4", a => a.mov(cr4, rdi)),
        Sensitive("pk_x86_write_cr8", a => a.mov(cr8, rdi)),
        Sensitive("pk_x86_invlpg", a => a.invlpg(__byte_ptr[rdi])),
        Sensitive("pk_x86_lgdt", a => a.lgdt(__[rdi])),
        Sensitive("pk_x86_lidt", a => a.lidt(__[rdi])),
        Sensitive("pk_x86_ltr", a => a.ltr(di)),
        Sensitive("pk_x86_swapgs", a => a.swapgs()),
        Sensitive("pk_x86_sgdt", a => a.sgdt(__[rdi])),
        Sensitive("pk_x86_sidt", a => a.sidt(__[rdi])),
        Sensitive("pk_x86_sldt", a => a.sldt(eax)),
        Sensitive("pk_x86_str", a => a.str(eax)),
        Sensitive("pk_x86_smsw", a =>
        {
            a.smsw(eax);
            a.movzx(eax, ax);
        }),
        Sensitive("pk_x86_lar", a =>
        {
            a.xor(eax, eax);
            a.lar(eax, edi);
        }),
        Sensitive("pk_x86_lsl", a =>
        {
            a.or(rax, -1);
            a.lsl(eax, edi);
        }),
        Sensitive("pk_x86_verr", a => Verify(a, () => a.verr(di))),
        Sensitive("pk_x86_verw", a => Verify(a, () => a.verw(di))),
        Sensitive("pk_x86_read_cs", a => a.mov(eax, cs)),
        Sensitive("pk_x86_read_ss", a => a.mov(eax, ss)),
        Sensitive("pk_x86_read_ds", a => a.mov(eax, ds)),
        Sensitive("pk_x86_read_es", a => a.mov(eax, es)),
        Sensitive("pk_x86_read_fs", a => a.mov(eax, fs)),
        Sensitive("pk_x86_read_gs", a => a.mov(eax, gs)),
        Sensitive("pk_x86_write_ss", a => a.mov(ss, edi)),
        Sensitive("pk_x86_write_ds", a => a.mov(ds, edi)),
        Sensitive("pk_x86_write_es", a => a.mov(es, edi)),
        Sensitive("pk_x86_write_fs", a => a.mov(fs, edi)),
        Sensitive("pk_x86_write_gs", a => a.mov(gs, edi)),
        Sensitive("pk_x86_push_fs", a =>
        {
            a.push(fs);
            a.pop(rax);
        }),
        Sensitive("pk_x86_pop_fs", a =>
        {
            a.push(rdi);
            a.pop(fs);
        }),
        Sensitive("pk_x86_push_gs", a =>
        {
            a.push(gs);
            a.pop(rax);
        }),
        Sensitive("pk_x86_pop_gs", a =>
        {
            a.push(rdi);
            a.pop(gs);
        }),
        Sensitive("pk_x86_rdmsr", ReadMsr),
        Sensitive("pk_x86_wrmsr", WriteMsr),
        Sensitive("pk_x86_cpuid", Cpuid),
        Sensitive("pk_x86_rdtsc", ReadTimeStamp),
        Sensitive("pk_x86_in8", a => In(a, () => a.@in(al, dx))),
        Sensitive("pk_x86_in16", a => In(a, () => a.@in(ax, dx))),
        Sensitive("pk_x86_in32", a => In(a, () => a.@in(eax, dx))),
        Sensitive("pk_x86_out8", a => Out(a, () => a.@out(dx, al))),
        Sensitive("pk_x86_out16", a => Out(a, () => a.@out(dx, ax))),
        Sensitive("pk_x86_out32", a => Out(a, () => a.@out(dx, eax))),
        Innocuous("pk_x86_int3", a => a.int3()),
        Innocuous("pk_x86_pause", a => a.pause()),

        // What the paravirtual counterparts themselves execute: harmless at any privilege level, or known to Xen.
        Innocuous("pk_pv_pushf", ReadFlags),
        Innocuous("pk_pv_rdtsc", ReadTimeStamp),
        Innocuous("pk_pv_cpuid", a => CpuidWith(a, ForcedEmulationPrefix)),

        // The user program's side of a system call: number in RDI, arguments in RSI and RDX.
        Innocuous("pk_user_syscall", a =>
        {
            a.mov(rax, rdi);
            a.mov(rdi, rsi);
            a.mov(rsi, rdx);
            a.mov(rdx, rcx);
            a.syscall();
        }),
    ];

    private static readonly Register[] s_registers = [.. Enumerable.Range((int)Register.RAX, 16).Select(r => (Register)r)];

    private static readonly FrozenDictionary<string, MachineOperation> s_bySymbol = s_table.ToFrozenDictionary(o => o.Symbol);

    internal static IReadOnlyList<MachineOperation> All => s_table;

    internal static MachineOperation? Find(string symbol) => s_bySymbol.GetValueOrDefault(symbol) ?? FindExtension(symbol);

    /// <summary>"pk_ud1_N": instruction N of an extension of the simulated machine (UD1 with the number as its first register).</summary>
    private static MachineOperation? FindExtension(string symbol)
    {
        const string Prefix = "pk_ud1_";
        string number = symbol.StartsWith(Prefix, StringComparison.Ordinal) ? symbol[Prefix.Length..] : "";
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < s_registers.Length
            ? Innocuous(symbol, a =>
            {
                a.mov(rax, rdi);
                a.AddInstruction(Instruction.Create(Code.Ud1_r64_rm64, s_registers[index], Register.RAX));
            })
            : null;
    }

    private static MachineOperation Sensitive(string symbol, Action<Assembler> emit) => new(symbol, true, emit);

    private static MachineOperation Innocuous(string symbol, Action<Assembler> emit) => new(symbol, false, emit);

    private static void ReadFlags(Assembler a)
    {
        a.pushfq();
        a.pop(rax);
    }

    private static void ReadTimeStamp(Assembler a)
    {
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
    }

    private static void ReadMsr(Assembler a)
    {
        a.mov(ecx, edi);
        a.rdmsr();
        a.shl(rdx, 32);
        a.or(rax, rdx);
    }

    private static void WriteMsr(Assembler a)
    {
        a.mov(ecx, edi);
        a.mov(eax, esi);
        a.mov(rdx, rsi);
        a.shr(rdx, 32);
        a.wrmsr();
    }

    // ZF says yes; XOR sets it too, so the order matters.
    private static void Verify(Assembler a, Action instruction)
    {
        a.xor(eax, eax);
        instruction();
        a.sete(al);
    }

    private static void In(Assembler a, Action instruction)
    {
        a.mov(edx, edi);
        instruction();
    }

    private static void Out(Assembler a, Action instruction)
    {
        a.mov(edx, edi);
        a.mov(eax, esi);
        instruction();
    }

    private static void Cpuid(Assembler a) => CpuidWith(a, _ => { });

    // Xen public/arch-x86/xen.h, "Prefix forces emulation": ud2, then the letters "xen".
    private static void ForcedEmulationPrefix(Assembler a) => a.db(0x0f, 0x0b, (byte)'x', (byte)'e', (byte)'n');

    private static void CpuidWith(Assembler a, Action<Assembler> prefix)
    {
        a.push(rbx);
        a.mov(r8, rdx);
        a.mov(eax, edi);
        a.mov(ecx, esi);
        prefix(a);
        a.cpuid();
        a.mov(__dword_ptr[r8], eax);
        a.mov(__dword_ptr[r8 + 4], ebx);
        a.mov(__dword_ptr[r8 + 8], ecx);
        a.mov(__dword_ptr[r8 + 12], edx);
        a.pop(rbx);
    }
}
