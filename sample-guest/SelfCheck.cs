using System;
using ParaKit.Guest;

/// <summary>
/// The kernel checks itself. Every line starts with "CHECK " and depends on what was computed, never on time or addresses, so that the
/// lines are the same however the kernel is run.
/// </summary>
internal static unsafe class SelfCheck
{
    private const ulong FnvBasis = 0xcbf29ce484222325;
    private const ulong FnvPrime = 0x100000001b3;
    private const ulong PrimesBelow65536 = 6542;
    private const ulong HeapPagesOfSieve = 16;
    private const ulong EnoughTicks = 5;

    private static ulong s_checksum = FnvBasis;

    public static int Failures { get; private set; }

    public static void Run()
    {
        ulong framesBefore = Frames.Allocated;
        Language();
        Tables();
        BatchedTables();
        Report("breakpoint", Breakpoint() == 1, 1);
        Report("lazy kernel memory", LazyMemory() == 4, 4);
        Report("timer ticks", WaitForTicks(), EnoughTicks);
        Report("preemptive threads", Workers.Run(out ulong work), work);
        Programs();
        ulong leaked = Frames.Allocated - framesBefore - Workers.FramesKept;
        Report("frames returned", leaked == ProcessStacks * 4 + LazyFrames, leaked);
        Finish();
    }

    private const ulong ProcessStacks = 3;
    private const ulong LazyFrames = 6;

    private static void Language()
    {
        Report("static tables and spans", Crc32.Compute("123456789"u8) == 0xcbf43926, Crc32.Compute("123456789"u8));
        Report("interfaces and generics", Shapes.TotalArea() == 9 + 8 + 25, Shapes.TotalArea());
        Func<ulong, ulong> square = static x => x * x;
        Report("delegates", square(12) == 144, square(12));
    }

    /// <summary>One frame at two addresses: what is written through one is read through the other, until it is unmapped.</summary>
    private static void Tables()
    {
        const ulong First = DemandPaging.KernelRegion + DemandPaging.RegionSize;
        const ulong Second = First + PageTable.PageSize;
        ulong frame = Frames.Allocate();
        AddressSpace.Kernel.Map(First, frame, PageTable.Writable | PageTable.NoExecute);
        AddressSpace.Kernel.Map(Second, frame, PageTable.Writable | PageTable.NoExecute);
        *(ulong*)First = 0x0123456789abcdef;
        ulong read = *(ulong*)Second;
        bool same = AddressSpace.Kernel.Unmap(First) == frame && AddressSpace.Kernel.Unmap(Second) == frame;
        Report("page tables", read == 0x0123456789abcdef && same && !AddressSpace.Kernel.IsMapped(First), read);
        Frames.Free(frame);
    }

    /// <summary>One frame at many addresses, mapped and unmapped by batches that need several flushes.</summary>
    private static void BatchedTables()
    {
        const ulong Start = DemandPaging.KernelRegion + (2 * DemandPaging.RegionSize);
        const int Pages = 50;
        ulong frame = Frames.Allocate();
        AddressSpace.Kernel.MapAlias(Start, Pages, frame | PageTable.Present | PageTable.Writable | PageTable.NoExecute);
        for (ulong i = 0; i < Pages; i++)
        {
            *(ulong*)(Start + (i * PageTable.PageSize)) += i;
        }

        ulong sum = *(ulong*)PageTable.ToVirtual(frame);
        AddressSpace.Kernel.MapAlias(Start, Pages, 0);
        Report("batched page tables", sum == Pages * (Pages - 1) / 2 && !AddressSpace.Kernel.IsMapped(Start + (7 * PageTable.PageSize)), sum);
        Frames.Free(frame);
    }

    private static ulong Breakpoint()
    {
        ulong before = Traps.Breakpoints;
        X86.Int3();
        return Traps.Breakpoints - before;
    }

    private static ulong LazyMemory()
    {
        ulong before = DemandPaging.KernelFaults;
        for (ulong i = 0; i < 8; i++)
        {
            *(ulong*)(DemandPaging.KernelRegion + (i * PageTable.PageSize / 2)) = i;
        }

        return DemandPaging.KernelFaults - before;
    }

    [MaySleep]
    private static bool WaitForTicks()
    {
        ulong target = Traps.Ticks + EnoughTicks;
        while (Traps.Ticks < target)
        {
            X86.Hlt();
        }

        return true;
    }

    private static void Programs()
    {
        Process counting = Process.Run(UserProgram.CountPrimes);
        Report("user program", counting.ExitCode == PrimesBelow65536, counting.ExitCode);
        Report("demand paging", counting.HeapFaults == HeapPagesOfSieve, counting.HeapFaults);
        Process attacking = Process.Run(UserProgram.AttackKernel);
        Report("kernel memory is protected", attacking.ExitCode == Process.KilledExitCode, attacking.ExitCode);
        Process cheating = Process.Run(UserProgram.AttackSystemCall);
        Report("system calls check addresses", cheating.ExitCode == SystemCalls.Failure, cheating.ExitCode);
    }

    private static void Report(string name, bool passed, ulong value)
    {
        Console.Write("CHECK ");
        Console.Write(passed ? "PASS " : "FAIL ");
        Console.Write(name);
        Console.Write(" ");
        Console.WriteHex(value);
        Console.Write("\n");
        Failures += passed ? 0 : 1;
        foreach (char c in name)
        {
            Mix(c);
        }

        Mix(passed ? 1UL : 0);
        Mix(value);
    }

    private static void Mix(ulong value)
    {
        for (int i = 0; i < 8; i++)
        {
            s_checksum = (s_checksum ^ (byte)(value >> (8 * i))) * FnvPrime;
        }
    }

    private static void Finish()
    {
        Console.Write("CHECK checksum ");
        Console.WriteHex(s_checksum);
        Console.Write("\n");
        Console.WriteLine(Failures == 0 ? "all checks passed" : "some checks FAILED");
    }
}
