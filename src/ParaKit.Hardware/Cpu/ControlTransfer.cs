using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Cpu;

/// <summary>Pseudo-instructions that keep the decode cache honest, and what stands for code that cannot run.</summary>
internal static unsafe class ControlTransfer
{
    /// <summary>Ends a block that simply goes on.</summary>
    public static DecodedInstruction* Continue(CpuState* cpu, DecodedInstruction* op) => Step.Branch(cpu, op);

    /// <summary>Stands for every instruction of a page that was written to: decode again.</summary>
    public static DecodedInstruction* Stale(CpuState* cpu, DecodedInstruction* op) => Step.Abandon(cpu, op);

    /// <summary>Bytes that are no instruction: #UD.</summary>
    public static DecodedInstruction* Undefined(CpuState* cpu, DecodedInstruction* op) => Step.InvalidOpcode(cpu, op);

    /// <summary>An instruction that nobody wrote: stops the run.</summary>
    public static DecodedInstruction* Missing(CpuState* cpu, DecodedInstruction* op)
    {
        cpu->Stop = new PendingStop { Kind = StopKind.Exit, Reason = ExitReason.Unimplemented };
        return Step.Abandon(cpu, op);
    }

    /// <summary>Checks that the bytes of the next instruction that are in the next page have not changed since it was decoded.</summary>
    public static DecodedInstruction* VerifyTail(CpuState* cpu, DecodedInstruction* op)
    {
        Processor processor = Processor.Of(cpu);
        CodePage* next = processor.FetchPage(cpu->CodePage + CodePage.Offsets);
        if (next == null)
        {
            return Step.Abandon(cpu, op);
        }

        byte* bytes = processor.Memory.Base + (next->Frame << PhysicalMemory.FrameShift);
        if (new ReadOnlySpan<byte>(bytes, op->Extra).SequenceEqual(new ReadOnlySpan<byte>(&op->Immediate, op->Extra)))
        {
            return op + 1;
        }

        CodePage* page = processor.FetchPage(cpu->CodePage);
        if (page != null)
        {
            page->Entries[op->Offset] = 0;
        }

        op->Execute = &Stale;
        return Step.Abandon(cpu, op);
    }
}
