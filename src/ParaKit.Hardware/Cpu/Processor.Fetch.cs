using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

// From RIP to decoded instructions.
public sealed unsafe partial class Processor
{
    /// <summary>The decoded instruction at RIP, with <see cref="CpuState.CodePage"/> set; null after noting a fault.</summary>
    private DecodedInstruction* Fetch()
    {
        if (_code.IsFull)
        {
            SoftwareTlb.FlushFetch(_cpu);
            _code.Clear();
        }

        ulong rip = _cpu->Rip;
        CodePage* page = FetchPage(rip);
        if (page == null)
        {
            return null;
        }

        _cpu->CodePage = rip & SoftwareTlb.PageMask;
        int offset = (int)(rip & ~SoftwareTlb.PageMask);
        uint entry = page->Entries[offset];
        if (entry != 0)
        {
            return _code.Instructions + entry;
        }

        DecodedInstruction* op = _code.Decode(page, offset);
        return op != null ? op : FetchCrossing(page, offset);
    }

    /// <summary>The code page behind a linear address at the current privilege level; null after noting a fault.</summary>
    internal CodePage* FetchPage(ulong linear)
    {
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = (linear & SoftwareTlb.PageMask) | _cpu->TlbKey;
        if (_cpu->FetchTags[slot] == tag)
        {
            return (CodePage*)_cpu->FetchPages[slot];
        }

        if (!TryWalk(linear, AccessKind.Execute, _cpu->Cpl == 3, out PageWalk walk))
        {
            return null;
        }

        ulong frame = walk.Physical >> PhysicalMemory.FrameShift;
        if (!Memory.Contains(frame << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes))
        {
            Stop(ExitReason.Unimplemented, $"instruction fetch outside RAM at physical {walk.Physical:x}");
            return null;
        }

        CodePage* page = _code.Page(frame);
        SoftwareTlb.FillFetch(_cpu, tag, page);
        return page;
    }

    private DecodedInstruction* FetchCrossing(CodePage* page, int offset)
    {
        CodePage* next = FetchPage(_cpu->CodePage + CodePage.Offsets);
        if (next == null)
        {
            return null;
        }

        byte* tail = Memory.Base + (next->Frame << PhysicalMemory.FrameShift);
        return _code.DecodeCrossing(page, offset, tail, BlockDecoder.MaximumInstructionBytes - 1);
    }

    /// <summary>Ends the run with a message.</summary>
    internal void Stop(ExitReason reason, string message)
    {
        _cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = reason };
        _message = message;
    }
}
