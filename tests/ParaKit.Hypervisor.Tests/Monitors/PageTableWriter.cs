using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>
/// A kernel that writes an entry of a page table 2,000 times, using the page each time so that the entry matters, and measures what the writes
/// cost: the first alone, and the second thousand together.
/// </summary>
internal static class PageTableWriter
{
    /// <summary>Where it leaves the two costs, in cycles.</summary>
    public const ulong Result = BareGuest.Scratch;


    public static KernelImage Build() => BareGuest.Build(a =>
    {
        a.LoadTables(BareGuest.Scratch | 0x63);
        var write = a.CreateLabel();
        var loop = a.CreateLabel();
        var start = a.CreateLabel();
        a.jmp(start);

        // Writes RCX to [RSI] and adds what that cost to R8.
        a.Place(ref write, "write");
        a.rdtsc();
        a.mov(r10d, eax);
        a.mov(__qword_ptr[rsi], rcx);
        a.rdtsc();
        a.sub(eax, r10d);
        a.add(r8, rax);
        a.ret();

        a.Place(ref start, "start");
        a.mov(rdi, BareGuest.Window);
        a.mov(rsi, Result + 0x100);
        a.call(write);
        a.call(write);
        a.mov(rsi, BareGuest.WindowTable);
        a.mov(ecx, (int)(BareGuest.Scratch | 0x1063));
        a.mov(rax, __qword_ptr[rdi]);
        a.xor(r8d, r8d);
        a.call(write);
        a.mov(r11, Result);
        a.mov(__qword_ptr[r11], r8);
        a.mov(ebx, 2000);
        a.Label(ref loop);
        var counted = a.CreateLabel();
        a.cmp(ebx, 1000);
        a.jne(counted);
        a.xor(r8d, r8d);
        a.Label(ref counted);
        a.xor(rcx, 0x1000);
        a.call(write);
        a.invlpg(__[rdi]);
        a.mov(rax, __qword_ptr[rdi]);
        a.dec(ebx);
        a.jne(loop);
        a.mov(r11, Result);
        a.mov(__qword_ptr[r11 + 8], r8);
        a.xor(eax, eax);
        a.Exit();
    });
}
