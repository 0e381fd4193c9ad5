using System;
using ParaKit.Guest;

/// <summary>
/// Operations of the kernel, with interrupts off: those that Adams and Agesen measured ("A Comparison of Software and Hardware Techniques for x86
/// Virtualization", 2006, "Virtualization Nanobenchmarks"). Their port was 80h; here it is one that a domain has, too.
/// </summary>
internal static unsafe class ProcessorBenchmarks
{
    private const ulong Times = 1000;
    private const ushort LineStatus = 0x3fd;

    // Behind the kernel's lazy region, in a leaf table that exists.
    private const ulong Pages = DemandPaging.KernelRegion + (2 * DemandPaging.RegionSize);
    private const int PageCount = 32;
    private const int Rounds = 32;
    private const ulong Untouched = DemandPaging.KernelRegion + DemandPaging.RegionSize - PageTable.PageSize;

    public static void Run()
    {
        Measure("cli", &Clears);
        Measure("popf", &Restores);
        Measure("in", &Ports);
        Measure("cr8 write", &Priorities);
        Measure("call and return", &Calls);
        Measure("kernel page fault", &PageFaults);
        Measure("divide by zero", &Divisions);
        Entries();
    }

    /// <summary>Length of the DIV or IDIV at an address. Intel SDM vol. 2A, "32-Bit Addressing Forms with the ModR/M Byte".</summary>
    public static ulong LengthOfDivision(byte* code)
    {
        const byte Group3 = 0xf7;
        const int RegisterOperand = 3;
        const int HasSib = 4;
        ulong prefix = (*code & 0xf0) == 0x40 ? 1UL : 0; // REX
        if (code[prefix] != Group3)
        {
            Platform.Fail("the divide error is not of a division");
        }

        byte modRm = code[prefix + 1];
        int mode = modRm >> 6;
        ulong sib = mode != RegisterOperand && (modRm & 7) == HasSib ? 1UL : 0;
        ulong displacement = mode switch
        {
            1 => 1,
            2 => 4,
            _ => 0,
        };
        return prefix + 2 + sib + displacement;
    }

    private static void Measure(ReadOnlySpan<char> name, delegate*<ulong> measure)
    {
        X86.Cli();
        ulong time = measure();
        X86.Sti();
        Microbenchmarks.Report(name, time, Times);
    }

    [EventsMasked]
    private static ulong Clears()
    {
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            Operations.ClearInterruptFlag();
        }

        return TimeStamp.Now - start;
    }

    private static ulong Restores()
    {
#pragma warning disable PK0002 // Whatever it reads is written again.
        ulong flags = X86.Pushf();
#pragma warning restore PK0002
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            Operations.RestoreFlags(flags);
        }

        return TimeStamp.Now - start;
    }

    private static ulong Ports()
    {
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            X86.In8(LineStatus);
        }

        return TimeStamp.Now - start;
    }

    private static ulong Priorities()
    {
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            X86.WriteCr8(0);
        }

        return TimeStamp.Now - start;
    }

    private static ulong Calls()
    {
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            Operations.Return();
        }

        return TimeStamp.Now - start;
    }

    /// <summary>The last fault provides the page.</summary>
    private static ulong PageFaults()
    {
        FaultProbe.Arm(Times);
        Operations.Load(Untouched);
        Frames.Free(AddressSpace.Kernel.Unmap(Untouched));
        return FaultProbe.Elapsed;
    }

    private static ulong Divisions()
    {
        FaultProbe.Arm(Times);
        Operations.Divide(1, 0);
        return FaultProbe.Elapsed;
    }

    /// <summary>Entries of an active table: written as they are, made not present, made present; and one made to map another page.</summary>
    private static void Entries()
    {
        ulong frame = Frames.Allocate();
        ulong other = Frames.Allocate();
        ulong present = frame | PageTable.Present | PageTable.Writable | PageTable.NoExecute;
        AddressSpace.Kernel.MapAlias(Pages, PageCount, present);
        X86.Cli();
        ulong unchanged = 0;
        ulong removed = 0;
        ulong restored = 0;
        for (int i = 0; i < Rounds; i++)
        {
            Touch();
            unchanged += Write(present);
            Touch();
            removed += Write(0);
            restored += Write(present);
        }

        X86.Sti();
        Microbenchmarks.Report("pte unchanged", unchanged, PageCount * Rounds);
        Microbenchmarks.Report("pte to not present", removed, PageCount * Rounds);
        Microbenchmarks.Report("pte to present", restored, PageCount * Rounds);
        Microbenchmarks.Report("remap a page", Remap(present, present ^ frame ^ other), Times);
        AddressSpace.Kernel.MapAlias(Pages, PageCount, 0);
        Frames.Free(frame);
        Frames.Free(other);
    }

    private static ulong Remap(ulong present, ulong other)
    {
        ulong* entry = AddressSpace.Kernel.EntryOf(Pages);
        X86.Cli();
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < Times; i++)
        {
            Operations.Remap(entry, (i & 1) == 0 ? other : present, Pages);
        }

        ulong time = TimeStamp.Now - start;
        X86.Sti();
        return time;
    }

    private static ulong Write(ulong value)
    {
        ulong* entry = AddressSpace.Kernel.EntryOf(Pages);
        ulong start = TimeStamp.Now;
        for (int i = 0; i < PageCount; i++)
        {
            Operations.WriteEntry(entry + i, value);
        }

        return TimeStamp.Now - start;
    }

    /// <summary>The pages are in use: a hypervisor has tables of its own for them, if it needs any.</summary>
    private static void Touch()
    {
        for (ulong i = 0; i < PageCount; i++)
        {
            Operations.Load(Pages + (i * PageTable.PageSize));
        }
    }
}
