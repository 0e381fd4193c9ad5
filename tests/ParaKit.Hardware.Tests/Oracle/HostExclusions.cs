using Iced.Intel;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>Instructions that cannot run inside a host process, or whose result is the machine's own business.</summary>
internal static class HostExclusions
{
    private static readonly HashSet<Mnemonic> s_excluded =
    [
        // Stack, control flow and everything privileged or about the system.
        Mnemonic.Push, Mnemonic.Pop, Mnemonic.Enter, Mnemonic.Leave, Mnemonic.Pushf, Mnemonic.Popf, Mnemonic.Pushfq,
        Mnemonic.Popfq, Mnemonic.Int, Mnemonic.Int3, Mnemonic.Ud0, Mnemonic.Ud1, Mnemonic.Ud2, Mnemonic.Hlt,
        Mnemonic.Cli, Mnemonic.Sti, Mnemonic.Iretq, Mnemonic.Syscall, Mnemonic.Sysretq, Mnemonic.Swapgs, Mnemonic.Invlpg,
        Mnemonic.Wbinvd, Mnemonic.Invd, Mnemonic.Clts, Mnemonic.Lmsw, Mnemonic.Smsw, Mnemonic.Lgdt, Mnemonic.Lidt,
        Mnemonic.Sgdt, Mnemonic.Sidt, Mnemonic.Lldt, Mnemonic.Ltr, Mnemonic.Sldt, Mnemonic.Str, Mnemonic.Lar, Mnemonic.Lsl,
        Mnemonic.Verr, Mnemonic.Verw, Mnemonic.Rdmsr, Mnemonic.Wrmsr, Mnemonic.Rdtsc, Mnemonic.Rdtscp, Mnemonic.Cpuid,
        Mnemonic.In, Mnemonic.Out, Mnemonic.Rdfsbase, Mnemonic.Rdgsbase, Mnemonic.Wrfsbase, Mnemonic.Wrgsbase,
        Mnemonic.Fxsave, Mnemonic.Fxrstor, Mnemonic.Fxsave64, Mnemonic.Fxrstor64, Mnemonic.Ldmxcsr, Mnemonic.Stmxcsr,
        Mnemonic.Fninit, Mnemonic.Fnstcw, Mnemonic.Fldcw, Mnemonic.Fnstsw, Mnemonic.Wait, Mnemonic.Emms,
        // Addressed through RAX or RDI, which hold random values here; see the case files.
        Mnemonic.Xlatb, Mnemonic.Maskmovdqu,
        // A shadow stack, if the host has one.
        Mnemonic.Rdsspd, Mnemonic.Rdsspq,
        // Approximations whose error bound is all the manual gives.
        Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss,
        // The 16-bit form is undefined.
        Mnemonic.Bswap,
    ];

    public static bool Contains(Mnemonic mnemonic, Code code)
    {
        if (mnemonic == Mnemonic.Bswap)
        {
            return code == Code.Bswap_r16;
        }

        return s_excluded.Contains(mnemonic)
            || (mnemonic == Mnemonic.Mov && (code.ToString().Contains("Sreg") || code.ToString().Contains("_cr")
                || code.ToString().Contains("_dr") || code.ToString().Contains("moffs")))
            || IsShiftBeyondWidth(code);
    }

    /// <summary>Divisions raise #DE on most random operands.</summary>
    public static bool MayFault(Mnemonic mnemonic) => mnemonic is Mnemonic.Div or Mnemonic.Idiv;

    /// <summary>With 16-bit operands SHLD and SHRD are undefined for counts above 16.</summary>
    private static bool IsShiftBeyondWidth(Code code) => code is Code.Shld_rm16_r16_CL or Code.Shrd_rm16_r16_CL
        or Code.Shld_rm16_r16_imm8 or Code.Shrd_rm16_r16_imm8;
}
