using Iced.Intel;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>
/// A kernel that executes every one of the 17 sensitive instructions of Robin and Irvine that exist in 64-bit mode, in ways that matter at
/// privilege level 3, and goes on whatever they do: faults are skipped by the handler, which counts them in R12.
/// </summary>
internal static class SensitiveGuest
{
    private const ulong Buffer = BareGuest.Scratch + 0x1000;

    public static KernelImage Build() => BareGuest.Build(a =>
    {
        var handler = a.CreateLabel();
        var start = a.CreateLabel();
        a.jmp(start);

        // Skips the instruction that faulted: its follower's address is in R15, the stack pointer of before in R14.
        a.Label(ref handler);
        a.inc(r12d);
        a.mov(rsp, r14);
        a.jmp(r15);
        a.Place(ref start, "start");
        a.LoadSegments();
        a.LoadGates(handler);
        a.xor(r12d, r12d);
        Tables(a);
        StateAndFlags(a);
        Descriptors(a);
        Segments(a);
        FarTransfers(a);
        a.mov(eax, r12d);
        a.Exit();
    });

    private static void Try(BareGuest a, string name, Action instruction)
    {
        var site = a.CreateLabel();
        var next = a.CreateLabel();
        a.lea(r15, __[next]);
        a.mov(r14, rsp);
        a.Place(ref site, name);
        instruction();
        a.Label(ref next);
        a.mov(rsp, r14);
    }

    private static void Tables(BareGuest a)
    {
        a.mov(rdi, Buffer);
        a.mov(ax, BareGuest.LocalTable);
        a.lldt(ax);
        Try(a, "sgdt", () => a.sgdt(__[rdi]));
        Try(a, "sidt", () => a.sidt(__[rdi]));
        Try(a, "sldt", () => a.sldt(eax));
        Try(a, "str", () => a.str(eax));
    }

    private static void StateAndFlags(BareGuest a)
    {
        // MP off: the machine's own CR0 has it.
        a.mov(rbx, cr0);
        a.and(rbx, ~2);
        a.mov(cr0, rbx);
        Try(a, "smsw", () => a.smsw(eax));
        a.or(rbx, 2);
        a.mov(cr0, rbx);
        a.cli();
        Try(a, "pushf", () => a.pushfq());
        Try(a, "popf", () =>
        {
            a.push(0x202);
            a.popfq();
        });
        a.cli();
    }

    private static void Descriptors(BareGuest a)
    {
        a.mov(ecx, BareGuest.KernelData);
        Try(a, "lar", () => a.lar(ax, cx));
        Try(a, "lsl", () => a.lsl(ax, cx));
        Try(a, "verr", () => a.verr(cx));
        Try(a, "verw", () => a.verw(cx));
    }

    private static void Segments(BareGuest a)
    {
        Try(a, "mov r, sreg", () => a.mov(eax, cs));
        a.mov(ax, BareGuest.KernelData);
        a.mov(fs, ax);
        Try(a, "push sreg", () => a.push(fs));

        // A selector that the kernel does not have, but the machine does: what MOV from CS showed, plus 8 for data.
        a.mov(eax, cs);
        a.add(eax, 8);
        a.movzx(ebx, ax);
        Try(a, "mov sreg, r", () => a.mov(fs, bx));
        Try(a, "pop sreg", () =>
        {
            a.push(rbx);
            a.pop(gs);
        });
    }

    private static void FarTransfers(BareGuest a)
    {
        // To the selector that MOV from CS showed: natively the kernel's own.
        Try(a, "ret far", () =>
        {
            a.mov(eax, cs);
            a.push(rax);
            a.push(r15);
            a.AddInstruction(Instruction.Create(Code.Retfq));
        });
        Try(a, "jmp far", () => Far(a, Code.Jmp_m1664));
        Try(a, "call far", () => Far(a, Code.Call_m1664));
        Try(a, "int n", () => a.@int(0x80));
    }

    private static void Far(BareGuest a, Code code)
    {
        a.mov(rdi, Buffer);
        a.mov(__qword_ptr[rdi], r15);
        a.mov(eax, cs);
        a.mov(__qword_ptr[rdi + 8], rax);
        a.AddInstruction(Instruction.Create(code, new MemoryOperand(Register.RDI)));
    }
}
