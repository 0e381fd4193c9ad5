using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// The software TLB inside <see cref="CpuState"/>: direct-mapped arrays of read, write and fetch tags. A slot's read and
/// write tag always belong to one linear page, because they share the addend.
/// </summary>
internal static unsafe class SoftwareTlb
{
    /// <summary>Tag bits of entries made at CPL 0-2; not zero, so that a cleared tag matches nothing.</summary>
    public const ulong SupervisorKey = 2;

    /// <summary>Tag bits of entries made at CPL 3.</summary>
    public const ulong UserKey = 3;

    public const ulong PageMask = ~0xffful;
    public const int PageShift = 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Slot(ulong linear) => (int)(linear >> PageShift) & (CpuState.TlbEntries - 1);

    /// <summary>Enters a data translation.</summary>
    public static void FillData(CpuState* cpu, ulong tag, ulong addend, bool writable)
    {
        int slot = Slot(tag);
        cpu->ReadTags[slot] = tag;
        cpu->WriteTags[slot] = writable ? tag : 0;
        cpu->Addends[slot] = addend;
    }

    /// <summary>Enters a fetch translation.</summary>
    public static void FillFetch(CpuState* cpu, ulong tag, CodePage* page)
    {
        int slot = Slot(tag);
        cpu->FetchTags[slot] = tag;
        cpu->FetchPages[slot] = (ulong)page;
    }

    public static void Flush(CpuState* cpu)
    {
        new Span<ulong>(cpu->ReadTags, CpuState.TlbEntries).Clear();
        new Span<ulong>(cpu->WriteTags, CpuState.TlbEntries).Clear();
        FlushFetch(cpu);
    }

    public static void FlushFetch(CpuState* cpu) => new Span<ulong>(cpu->FetchTags, CpuState.TlbEntries).Clear();

    public static void Invalidate(CpuState* cpu, ulong linear)
    {
        int slot = Slot(linear);
        cpu->ReadTags[slot] = 0;
        cpu->WriteTags[slot] = 0;
        cpu->FetchTags[slot] = 0;
    }

    /// <summary>Takes the write tags from every page that maps the host page at <paramref name="host"/>.</summary>
    public static void DropWriteTags(CpuState* cpu, ulong host)
    {
        for (int slot = 0; slot < CpuState.TlbEntries; slot++)
        {
            ulong tag = cpu->WriteTags[slot];
            if (tag != 0 && (tag & PageMask) + cpu->Addends[slot] == host)
            {
                cpu->WriteTags[slot] = 0;
            }
        }
    }
}
