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

    private const ulong Tables = 0x40_0000;
    private const ulong Window = 0x4000_0000;

    public static KernelImage Build() => BareGuest.Build(a =>
    {
        MapWindow(a);
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
        a.mov(rdi, Window);
        a.mov(rsi, Result + 0x100);
        a.call(write);
        a.call(write);
        a.mov(rsi, Tables + 0x4000);
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

    private static void MapWindow(BareGuest a)
    {
        a.Store(Tables, (Tables + 0x1000) | 7);
        a.Store(Tables + 0x1000, (Tables + 0x2000) | 7);
        a.Store(Tables + 0x1000 + 8, (Tables + 0x3000) | 7);
        for (ulong i = 0; i < 4; i++)
        {
            a.Store(Tables + 0x2000 + (i * 8), (i * 0x20_0000) | 0x87);
        }

        a.Store(Tables + 0x3000, (Tables + 0x4000) | 7);
        a.Store(Tables + 0x4000, BareGuest.Scratch | 0x63);
        a.mov(rax, Tables);
        a.mov(cr3, rax);
    }
}
