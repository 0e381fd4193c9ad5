using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

// From INIT and a startup message to 64-bit mode. Intel SDM vol. 3A, "Multiple-Processor (MP) Initialization".
public sealed unsafe partial class Processor
{
    /// <summary>EDX after a reset: the signature that CPUID shows.</summary>
    private const ulong SignatureAtReset = CpuidProfile.Signature;

    private StartupCode? _startup;

    /// <summary>Whether it is between a startup message and 64-bit mode.</summary>
    public bool IsStarting => _startup is not null;

    /// <summary>INIT: puts the processor into the state after a reset, in real mode. It must not run before it is started.</summary>
    public void ResetToRealMode()
    {
        _cpu->Clear();
        FlushTlb();
        _cpu->Cr0 = Cpu.Cr0.ExtensionType | Cpu.Cr0.NotWriteThrough | Cpu.Cr0.CacheDisable;
        _cpu->Mxcsr = Sse.MxcsrReset;
        _cpu->X87ControlWord = Sse.X87ControlWordReset;
        _cpu->Pat = ModelSpecificRegisters.PatReset;
        _cpu->Registers[GeneralRegister.Rdx] = SignatureAtReset;
        _cpu->Gdtr.Limit = _cpu->Idtr.Limit = ushort.MaxValue;
        _cpu->Tr.Attributes = Segmentation.BusyTss;
        SegmentRegister data = StartupCode.RealModeSegment(0);
        _cpu->Ss = _cpu->Ds = _cpu->Es = _cpu->Fs = _cpu->Gs = data;
        _startup = null;
    }

    /// <summary>A startup message: begins to execute at the start of a page below 1 MiB, in real mode.</summary>
    /// <param name="page">Number of the page, the message's vector.</param>
    public void Start(byte page)
    {
        _cpu->Cs = StartupCode.RealModeSegment((ushort)(page << 8));
        _cpu->Rip = 0;
        _startup = new StartupCode(this, _cpu);
    }

    /// <summary>Executes startup code until 64-bit mode is reached; false if the run ends before.</summary>
    private bool TryFinishStartup(StartupCode startup, out ProcessorExit exit)
    {
        exit = new ProcessorExit(ExitReason.BudgetExhausted);
        while (_cpu->Budget > 0)
        {
            if (startup.IsDone)
            {
                _startup = null;
                return true;
            }

            _cpu->Stop = default;
            _message = null;
            if (!startup.TryStep())
            {
                exit = _cpu->Stop.Kind == StopKind.Exit
                    ? ExitOf(_cpu->Stop)
                    : new ProcessorExit(ExitReason.Unimplemented) { Message = $"an exception (vector {_cpu->Stop.Vector}) before 64-bit mode, at {_cpu->Cs.Base + _cpu->Rip:x}" };
                return false;
            }

            _cpu->Budget--;
        }

        return false;
    }

    internal bool RefuseBeforeLongMode(string what)
    {
        Stop(ExitReason.Unimplemented, what);
        return false;
    }

    /// <summary>Host address of bytes in one page before 64-bit mode; null after noting why there are none.</summary>
    internal byte* AccessBeforeLongMode(ulong linear, int size, AccessKind access)
    {
        if ((_cpu->Cr0 & Cpu.Cr0.Paging) != 0)
        {
            return Resolve(linear, size, access, user: false);
        }

        PageWalk walk = new() { Physical = linear };
        if (NestedCr3 != 0 && !PageWalker.TryWalk(Memory, Paging.Nested, linear, access, user: true, setBits: true, out walk))
        {
            walk.Physical = linear;
            NoteNestedFault(linear, in walk);
            return null;
        }

        if (!Memory.Contains(walk.Physical, (uint)size))
        {
            return Nothing((int)linear & (PhysicalMemory.FrameBytes - 1));
        }

        if (access == AccessKind.Write)
        {
            Memory.NoteWrite(walk.Physical, (uint)size);
        }

        return Memory.Base + walk.Physical;
    }
}
