using Iced.Intel;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>
/// The operations of Adams and Agesen's nanobenchmarks: each is executed until nothing changes any more, and then measured 1,000 times with the
/// time-stamp counter. The sums are left in memory.
/// </summary>
internal static class NanobenchmarkGuest
{
    /// <summary>How often each operation is measured.</summary>
    public const int Times = 1000;

    /// <summary>Where the sums are: one quadword for each of <see cref="Names"/>.</summary>
    public const ulong Sums = BareGuest.Scratch;

    private const int WarmUp = 100;

    /// <summary>The operations, in the order of their sums.</summary>
    public static IReadOnlyList<string> Names { get; } = ["in", "cr8write", "call/ret", "pgfault", "divzero", "ptemod", "syscall"];

    public static KernelImage Build() => BareGuest.Build(a =>
    {
        var (handler, start, function, systemCall) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
        a.jmp(start);

        // Faults go on at R15, system calls return at once.
        a.Label(ref handler);
        a.mov(rsp, r14);
        a.jmp(r15);
        a.Place(ref function, "function");
        a.ret();
        a.Place(ref systemCall, "systemcall");
        a.sysretq();
        a.Place(ref start, "start");
        a.LoadSegments();
        a.LoadGates(handler);
        a.LoadTables(BareGuest.Scratch | 0x1063);
        EnableSystemCalls(a, systemCall);
        a.mov(r14, rsp);
        Measure(a, 0, () => a.@in(al, 0x80));
        Measure(a, 1, () => a.mov(cr8, rsi));
        Measure(a, 2, () => a.call(function));
        MeasureFault(a, 3, () => a.mov(rax, __qword_ptr[rdi]));
        MeasureFault(a, 4, () => a.div(r9));
        MeasureEntry(a, 5);
        EnterProgram(a);
        Measure(a, 6, a.syscall);
        var end = a.CreateLabel();
        a.lea(r15, __[end]);
        a.ud2();
        a.Label(ref end);
        a.xor(eax, eax);
        a.Exit();
    });

    /// <summary>Measures an operation that leaves RBX, RSI and RSP alone; system calls clobber RCX and R11.</summary>
    private static void Measure(BareGuest a, int index, Action operation)
    {
        a.xor(esi, esi);
        foreach (var times in (int[])[WarmUp, Times])
        {
            var loop = a.CreateLabel();
            a.mov(ebx, times);
            ReadTime(a);
            a.mov(r8, rax);
            a.Label(ref loop);
            operation();
            a.dec(ebx);
            a.jne(loop);
        }

        ReadTime(a);
        a.sub(rax, r8);
        a.mov(r10, Sums + ((ulong)index * 8));
        a.mov(__qword_ptr[r10], rax);
    }

    private static void MeasureFault(BareGuest a, int index, Action operation)
    {
        a.mov(rdi, BareGuest.Window + 0x1000);
        a.xor(r9d, r9d);
        Measure(a, index, () =>
        {
            var next = a.CreateLabel();
            a.lea(r15, __[next]);
            operation();
            a.Label(ref next);
            a.nop();
        });
    }

    /// <summary>Makes an entry present and not present in turn, and measures the writes alone.</summary>
    private static void MeasureEntry(BareGuest a, int index)
    {
        a.mov(rsi, BareGuest.WindowTable);
        a.mov(rdi, BareGuest.Window);
        a.mov(r12, BareGuest.Scratch | 0x1063);
        foreach (var times in (int[])[WarmUp, Times])
        {
            var (loop, next) = (a.CreateLabel(), a.CreateLabel());
            a.mov(ebx, times);
            a.xor(r13d, r13d);
            a.Label(ref loop);
            a.lea(r15, __[next]);
            a.xor(r12, 1);
            ReadTime(a);
            a.mov(r8, rax);
            a.mov(__qword_ptr[rsi], r12);
            ReadTime(a);
            a.sub(rax, r8);
            a.add(r13, rax);
            a.invlpg(__[rdi]);
            a.mov(rax, __qword_ptr[rdi]);
            a.Label(ref next);
            a.dec(ebx);
            a.jne(loop);
        }

        a.mov(r10, Sums + ((ulong)index * 8));
        a.mov(__qword_ptr[r10], r13);
    }

    private static void ReadTime(BareGuest a)
    {
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
    }

    private static void EnterProgram(BareGuest a)
    {
        var user = a.CreateLabel();
        a.push(BareGuest.UserData);
        a.push((int)BareGuest.Stack - 0x1000);
        a.push(2);
        a.push(BareGuest.UserCode);
        a.lea(rax, __[user]);
        a.push(rax);
        a.lea(r15, __[user]);
        a.iretq();
        a.Label(ref user);
        a.nop();
    }

    private static void EnableSystemCalls(BareGuest a, Label entry)
    {
        Write(0xc000_0081, (0x13UL << 48) | ((ulong)BareGuest.KernelCode << 32));
        Write(0xc000_0084, 0x47700);
        a.lea(rdx, __[entry]);
        a.mov(eax, edx);
        a.shr(rdx, 32);
        a.mov(ecx, unchecked((int)0xc000_0082));
        a.wrmsr();

        void Write(uint register, ulong value)
        {
            a.mov(ecx, register);
            a.mov(eax, (uint)value);
            a.mov(edx, (uint)(value >> 32));
            a.wrmsr();
        }
    }
}
