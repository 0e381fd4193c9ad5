namespace ParaKit.Rewriter.Static;

/// <summary>What a replaced instruction does. Names are the manual's mnemonics.</summary>
public enum PayloadOperation : byte
{
    /// <summary>Nothing: caches are not the kernel's business.</summary>
    Nothing,

    /// <summary>Takes an interrupt that waits; from the trampoline of STI.</summary>
    CheckInterrupts,

    /// <summary>CLI.</summary>
    Cli,

    /// <summary>STI.</summary>
    Sti,

    /// <summary>HLT.</summary>
    Hlt,

    /// <summary>PUSHFQ.</summary>
    Pushf,

    /// <summary>POPFQ.</summary>
    Popf,

    /// <summary>IRETQ.</summary>
    Iret,

    /// <summary>SYSRETQ.</summary>
    Sysret,

    /// <summary>SWAPGS.</summary>
    Swapgs,

    /// <summary>CLTS.</summary>
    Clts,

    /// <summary>MOV r64, CRn.</summary>
    ReadControl,

    /// <summary>MOV CRn, r64.</summary>
    WriteControl,

    /// <summary>MOV r64, DRn.</summary>
    ReadDebug,

    /// <summary>MOV DRn, r64.</summary>
    WriteDebug,

    /// <summary>SMSW.</summary>
    Smsw,

    /// <summary>LMSW.</summary>
    Lmsw,

    /// <summary>LGDT.</summary>
    Lgdt,

    /// <summary>LIDT.</summary>
    Lidt,

    /// <summary>SGDT.</summary>
    Sgdt,

    /// <summary>SIDT.</summary>
    Sidt,

    /// <summary>LLDT.</summary>
    Lldt,

    /// <summary>SLDT.</summary>
    Sldt,

    /// <summary>LTR.</summary>
    Ltr,

    /// <summary>STR.</summary>
    Str,

    /// <summary>INVLPG.</summary>
    Invlpg,

    /// <summary>IN; the port is the immediate operand, or DX if that is negative.</summary>
    In,

    /// <summary>OUT; the port as for <see cref="In"/>.</summary>
    Out,

    /// <summary>RDMSR.</summary>
    Rdmsr,

    /// <summary>WRMSR.</summary>
    Wrmsr,

    /// <summary>MOV from a segment register.</summary>
    ReadSegment,

    /// <summary>MOV to a segment register.</summary>
    WriteSegment,

    /// <summary>PUSH of FS or GS.</summary>
    PushSegment,

    /// <summary>POP of FS or GS.</summary>
    PopSegment,

    /// <summary>Far RET.</summary>
    FarReturn,

    /// <summary>INT n, INT3.</summary>
    Interrupt,

    /// <summary>Far JMP through memory.</summary>
    FarJump,

    /// <summary>Far CALL through memory.</summary>
    FarCall,

    /// <summary>LAR.</summary>
    Lar,

    /// <summary>LSL.</summary>
    Lsl,

    /// <summary>VERR.</summary>
    Verr,

    /// <summary>VERW.</summary>
    Verw,
}
