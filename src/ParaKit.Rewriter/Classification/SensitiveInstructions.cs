using Iced.Intel;

namespace ParaKit.Rewriter.Classification;

/// <summary>
/// The instructions that are not innocuous, by Iced's code. Intel SDM vol. 3A, "Privileged Instructions"; for those that do not trap,
/// Robin and Irvine (2000).
/// </summary>
public static class SensitiveInstructions
{
    private const string Fault = "#GP(0)";
    private const string FaultByIopl = "#GP(0) when CPL > IOPL";

    private static readonly SensitiveInstruction?[] s_byCode = BuildTable();

    /// <summary>All of them, privileged ones first.</summary>
    public static IReadOnlyList<SensitiveInstruction> All { get; } =
        [.. s_byCode.OfType<SensitiveInstruction>().Distinct().OrderByDescending(i => i.Class).ThenBy(i => i.Name, StringComparer.Ordinal)];

    /// <summary>What is known about an instruction; null if it is innocuous.</summary>
    public static SensitiveInstruction? Find(Code code) => s_byCode[(int)code];

    /// <summary>The codes of all instructions of a class.</summary>
    public static IEnumerable<Code> CodesOf(InstructionClass which) =>
        Enumerable.Range(0, s_byCode.Length).Where(code => s_byCode[code]?.Class == which).Select(code => (Code)code);

    private static SensitiveInstruction?[] BuildTable()
    {
        Dictionary<string, SensitiveInstruction> known = Rows().ToDictionary(row => row.Name, StringComparer.Ordinal);
        var table = new SensitiveInstruction?[Enum.GetValues<Code>().Length];
        for (int code = 0; code < table.Length; code++)
        {
            table[code] = NameOf((Code)code) is { } name ? known.GetValueOrDefault(name) : null;
        }

        return table;
    }

    private static IEnumerable<SensitiveInstruction> Rows()
    {
        foreach (string name in (string[])
            [
                "hlt", "lgdt", "lidt", "lldt", "ltr", "lmsw", "clts", "mov r, cr", "mov cr, r", "mov r, dr", "mov dr, r", "invlpg", "invd",
                "wbinvd", "wbnoinvd", "invpcid", "rdmsr", "wrmsr", "swapgs", "sysret", "sysexit", "xsetbv", "rdpmc", "monitor", "mwait",
                "xsaves", "xrstors", "wrmsrns", "rdmsrlist", "wrmsrlist", "hreset", "encls", "pconfig", "getsec", "wruss", "setssbsy", "enqcmds",
            ])
        {
            yield return new(name, InstructionClass.Privileged, name is "rdpmc" ? "#GP(0) unless CR4.PCE" : Fault);
        }

        foreach (string name in (string[])["clac", "stac", "rsm", "vmcall", "vmlaunch", "vmresume", "vmxoff", "vmxon", "vmrun", "vmmcall", "vmload", "vmsave", "stgi", "clgi",
            "skinit", "invlpga", "invlpgb", "tlbsync", "psmash", "pvalidate", "rmpadjust", "rmpupdate", "vmptrld", "vmptrst", "vmclear", "vmread", "vmwrite", "invept", "invvpid"])
        {
            yield return new(name, InstructionClass.Privileged, "#UD or #GP(0)");
        }

        foreach (string name in (string[])["cli", "sti", "in", "out", "ins", "outs"])
        {
            yield return new(name, InstructionClass.Privileged, FaultByIopl) { DependsOnIopl = true };
        }

        yield return new("cpuid", InstructionClass.Revealing, "no trap: shows the machine's features");
        yield return new("rdtsc", InstructionClass.Revealing, "no trap unless CR4.TSD: shows the machine's time");
        yield return new("rdtscp", InstructionClass.Revealing, "no trap unless CR4.TSD: shows the machine's time and processor");
        yield return new("rdpid", InstructionClass.Revealing, "no trap: shows the machine's processor");
        yield return new("xgetbv", InstructionClass.Revealing, "no trap: shows the machine's XCR0");
        yield return new("iret", InstructionClass.SensitiveUnprivileged, "returns to level 0 trap; others keep IF and IOPL, silently");

        foreach (SensitiveInstruction row in The17())
        {
            yield return row with { IsOfThe17 = true };
        }
    }

    private static SensitiveInstruction[] The17() =>
    [
        Silent("sgdt", "no trap: stores the machine's table, not the kernel's") with { TrapsWithUmip = true },
        Silent("sidt", "no trap: stores the machine's table, not the kernel's") with { TrapsWithUmip = true },
        Silent("sldt", "no trap: stores the machine's selector, not the kernel's") with { TrapsWithUmip = true },
        Silent("smsw", "no trap: stores the machine's CR0, not the kernel's") with { TrapsWithUmip = true },
        Silent("str", "no trap: stores the machine's task register, not the kernel's") with { TrapsWithUmip = true },
        Silent("pushf", "no trap: shows IF of the machine, which is always set") with { DependsOnIopl = true },
        Silent("popf", "no trap: keeps IF and IOPL, so that interrupts stay as they were") with { DependsOnIopl = true },
        Silent("lar", "no trap: looks into the machine's table, with level 3"),
        Silent("lsl", "no trap: looks into the machine's table, with level 3"),
        Silent("verr", "no trap: looks into the machine's table, with level 3"),
        Silent("verw", "no trap: looks into the machine's table, with level 3"),
        Silent("pop sreg", "loads from the machine's table; traps only for selectors that are not there or not for level 3"),
        Silent("push sreg", "no trap: shows a selector of level 3"),
        Silent("mov r, sreg", "no trap: shows a selector of level 3"),
        Silent("mov sreg, r", "loads from the machine's table; traps only for selectors that are not there or not for level 3"),
        Silent("call far", "goes through the machine's table; traps only for selectors that are not there or not for level 3"),
        Silent("jmp far", "goes through the machine's table; traps only for selectors that are not there or not for level 3"),
        Silent("ret far", "returns by the machine's table; traps only for selectors that are not there or not for level 3"),
        Silent("int n", "goes through the machine's gates; traps only where the gate's level is below 3"),
    ];

    private static SensitiveInstruction Silent(string name, string deprivileged) => new(name, InstructionClass.SensitiveUnprivileged, deprivileged);

    /// <summary>
    /// The row's name that a code belongs to; null for most. Forms are told by the names of Iced's codes, which spell the operands: its
    /// descriptions of operands take tens of milliseconds to set up, and each link of a guest is a new process.
    /// </summary>
    private static string? NameOf(Code code) => code.Mnemonic() switch
    {
        Mnemonic.Mov => NameOfMove(code.ToString()),
        Mnemonic.Push when HasSegment(code.ToString()) => "push sreg",
        Mnemonic.Pop when HasSegment(code.ToString()) => "pop sreg",
        Mnemonic.Call when IsFar(code.ToString()) => "call far",
        Mnemonic.Jmp when IsFar(code.ToString()) => "jmp far",
        Mnemonic.Retf => "ret far",
        Mnemonic.Int or Mnemonic.Into => "int n",
        Mnemonic.Pushf or Mnemonic.Pushfd or Mnemonic.Pushfq => "pushf",
        Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq => "popf",
        Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq => "iret",
        Mnemonic.Sysretq => "sysret",
        Mnemonic.Sysexitq => "sysexit",
        Mnemonic.Xsaves64 => "xsaves",
        Mnemonic.Xrstors64 => "xrstors",
        Mnemonic.Wrussd or Mnemonic.Wrussq => "wruss",
        Mnemonic.Insb or Mnemonic.Insw or Mnemonic.Insd => "ins",
        Mnemonic.Outsb or Mnemonic.Outsw or Mnemonic.Outsd => "outs",
        Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss => "mov sreg, r",
        Mnemonic mnemonic => mnemonic.ToString().ToLowerInvariant(),
    };

    private static string? NameOfMove(string form) => form.Split('_') switch
    {
        [_, "Sreg", _] => "mov sreg, r",
        [_, _, "Sreg"] => "mov r, sreg",
        [_, "cr", _] => "mov cr, r",
        [_, _, "cr"] => "mov r, cr",
        [_, "dr", _] => "mov dr, r",
        [_, _, "dr"] => "mov r, dr",
        _ => null,
    };

    private static bool HasSegment(string form) => form.Split('_') is [_, "CS" or "DS" or "ES" or "SS" or "FS" or "GS"];

    /// <summary>A selector and an offset, as a constant (ptr1632) or in memory (m1632).</summary>
    private static bool IsFar(string form) => form.Contains("_ptr16", StringComparison.Ordinal) || form.Contains("_m16", StringComparison.Ordinal);
}
