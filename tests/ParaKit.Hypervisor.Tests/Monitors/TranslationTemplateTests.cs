using Iced.Intel;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>
/// Every template against the bare machine: a kernel executes one instruction in 1,000 random states of registers, flags and memory and hashes
/// what came out of each.
/// </summary>
public sealed class TranslationTemplateTests
{
    private const int States = 1000;
    private const ulong Memory = BareGuest.Scratch;
    private const ulong Random = BareGuest.Scratch + 0x8000;
    private const ulong State = BareGuest.Scratch + 0x9000;
    private const int Multiplier = 0x0100_0193;

    private static readonly AssemblerRegister64[] s_registers = [rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14];

    private static readonly Dictionary<string, Action<BareGuest>> s_templates = Templates();

    public static TheoryData<string> Names() => [.. s_templates.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Template_DoesWhatTheInstructionDoes(string name) => Compare(s_templates[name], isFar: false);

    /// <summary>From where no displacement of 32 bits leads to the kernel.</summary>
    [Theory]
    [InlineData("rip-relative")]
    [InlineData("rip-relative through fs")]
    [InlineData("call through memory")]
    [InlineData("call and ret")]
    [InlineData("ret n")]
    [InlineData("call m")]
    public void Template_FarFromTheCache_DoesWhatTheInstructionDoes(string name) => Compare(s_templates[name], isFar: true);

    private static void Compare(Action<BareGuest> template, bool isFar)
    {
        var image = BareGuest.Build(a => new Kernel(a).Emit(template, isFar));
        var request = new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 20_000_000 };
        var native = new NativeTechnique().Run(request);
        var translated = new TranslateTechnique().Run(request, afterExit: null, codeBytes: 1 << 20);
        Assert.True(native.Outcome == RunOutcome.ShutDown, native.Reason);
        Assert.True(translated.Outcome == RunOutcome.ShutDown, translated.Reason);
        Assert.Equal(native.ExitCode, translated.ExitCode);
    }

    private static Dictionary<string, Action<BareGuest>> Templates()
    {
        var templates = new Dictionary<string, Action<BareGuest>>
        {
            ["cli"] = a => a.cli(),
            ["sti"] = a => a.sti(),
            ["pushf"] = a => a.pushfq(),
            ["popf"] = a =>
            {
                a.and(rax, 0x3ed5);
                a.push(rax);
                a.popfq();
            },
            ["popf with TF"] = a =>
            {
                a.and(rax, 0xcd5);
                a.or(rax, 0x100);
                a.push(rax);
                a.popfq();
                a.nop();
            },
            ["mov cr8"] = a =>
            {
                a.and(rdx, 0x13);
                a.mov(cr8, rdx);
            },
            ["mov cr8, rcx"] = a =>
            {
                a.and(rcx, 0xf);
                a.mov(cr8, rcx);
                a.mov(rbx, cr8);
            },
            ["swapgs"] = a => a.swapgs(),
            ["sgdt"] = a => a.sgdt(__[r15 + 0x10]),
            ["sidt"] = a => a.sidt(__[r15 + 0x10]),
            ["push fs"] = a => a.push(fs),
            ["push gs"] = a => a.push(gs),
            ["smsw r16"] = a => a.smsw(bx),
            ["smsw r32"] = a => a.smsw(ebx),
            ["smsw r64"] = a => a.smsw(r9),
            ["sldt r16"] = a => a.sldt(bx),
            ["sldt r32"] = a => a.sldt(r10d),
            ["str r16"] = a => a.str(cx),
            ["str r64"] = a => a.str(rcx),
            ["mov r16, cs"] = a => a.mov(ax, cs),
            ["mov r32, ss"] = a => a.mov(r8d, ss),
            ["mov r64, ds"] = a => a.mov(rdx, ds),
            ["mov r32, es"] = a => a.mov(edx, es),
            ["mov r32, fs"] = a => a.mov(esi, fs),
            ["mov r32, gs"] = a => a.mov(edi, gs),
            ["mov m16, cs"] = a => a.mov(__word_ptr[r15 + 8], cs),
        };
        foreach (var control in (AssemblerRegisterCR[])[cr0, cr2, cr3, cr4, cr8])
        {
            templates[$"mov r, {control.Value}"] = a => a.mov(r11, control);
        }

        AddRipRelative(templates);
        AddGs(templates);
        AddTransfers(templates);
        return templates;
    }

    private static void AddRipRelative(Dictionary<string, Action<BareGuest>> templates)
    {
        templates["rip-relative"] = a =>
        {
            var here = a.CreateLabel();
            a.Label(ref here);
            a.mov(rax, __qword_ptr[here]);
            a.lea(rbx, __[here]);
            a.cmp(rcx, __qword_ptr[here]);
        };
        templates["rip-relative through fs"] = a =>
        {
            var here = a.CreateLabel();
            a.Label(ref here);
            a.add(rdx, __qword_ptr.fs[here]);
        };
        templates["call through memory"] = a =>
        {
            var (pointer, function, over) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
            a.lea(rax, __[function]);
            a.mov(__qword_ptr[pointer], rax);
            a.call(__qword_ptr[pointer]);
            a.jmp(over);
            a.Label(ref pointer);
            a.dq(0);
            a.Label(ref function);
            a.lea(rsi, __[rsi + 5]);
            a.ret();
            a.Label(ref over);
        };
    }

    private static void AddGs(Dictionary<string, Action<BareGuest>> templates)
    {
        templates["gs load"] = a =>
        {
            a.and(rbx, 0xff8);
            a.mov(rcx, __qword_ptr.gs[rbx + 8]);
        };
        templates["gs load with index"] = a =>
        {
            a.and(rbx, 0x7f);
            a.and(rsi, 0x7f);
            a.add(rax, __qword_ptr.gs[rbx + (rsi * 8) + 0x20]);
        };
        templates["gs store"] = a =>
        {
            a.and(rbp, 0xff8);
            a.adc(__qword_ptr.gs[rbp], rcx);
        };
        templates["gs with the stack pointer"] = a =>
        {
            a.mov(r8, rsp);
            a.mov(rsp, 0x40);
            a.xadd(__qword_ptr.gs[rsp + 0x18], rdx);
            a.mov(rsp, r8);
        };
        templates["gs absolute"] = a => a.AddInstruction(
            Instruction.Create(Code.Sub_r64_rm64, Register.R12, new MemoryOperand(Register.None, Register.None, 1, 0x48, 8, false, Register.GS)));
        templates["gs string"] = a =>
        {
            a.mov(esi, 0x100);
            a.AddInstruction(Instruction.CreateLodsq(64, Register.GS));
        };
    }

    private static void AddTransfers(Dictionary<string, Action<BareGuest>> templates)
    {
        foreach (var code in Enum.GetValues<Code>().Where(c => c.IsJccNear() && c.ToString().EndsWith("rel32_64", StringComparison.Ordinal)))
        {
            templates[code.Mnemonic().ToString().ToLowerInvariant()] = a => Branch(a, code);
        }

        foreach (var code in (Code[])[Code.Jrcxz_rel8_64, Code.Jecxz_rel8_64, Code.Loop_rel8_64_RCX, Code.Loope_rel8_64_RCX, Code.Loopne_rel8_64_RCX])
        {
            templates[code.Mnemonic().ToString().ToLowerInvariant()] = a =>
            {
                // Two bits of RCX, so that it is zero and one at times; the flags stay.
                a.movzx(ecx, cl);
                a.bswap(ecx);
                a.lea(ecx, __[ecx]);
                Branch(a, code);
            };
        }

        templates["call and ret"] = a => Call(a, (target, _) => a.call(target), a.ret);
        templates["ret n"] = a => Call(a, (target, _) => a.call(target), () => a.ret(24));
        templates["call r"] = a => Call(a, (_, address) =>
        {
            address(rcx);
            a.call(rcx);
        }, a.ret);
        templates["call m"] = a => Call(a, (_, address) =>
        {
            address(rax);
            a.mov(__qword_ptr[r15 + 0x28], rax);
            a.mov(eax, 5);
            a.call(__qword_ptr[r15 + (rax * 8)]);
        }, a.ret);
        templates["jmp r"] = a =>
        {
            var target = a.CreateLabel();
            a.lea(rax, __[target]);
            a.jmp(rax);
            a.ud2();
            a.Label(ref target);
        };
        templates["jmp through a table"] = a =>
        {
            var (first, second) = (a.CreateLabel(), a.CreateLabel());
            a.lea(r9, __[first]);
            a.mov(__qword_ptr[r15], r9);
            a.lea(r9, __[second]);
            a.mov(__qword_ptr[r15 + 8], r9);
            a.and(ecx, 1);
            a.jmp(__qword_ptr[r15 + (rcx * 8)]);
            a.Label(ref first);
            a.not(rdx);
            a.Label(ref second);
            a.inc(rdx);
        };
        templates["ret far"] = a =>
        {
            var next = a.CreateLabel();
            a.mov(r8d, cs);
            a.push(r8);
            a.lea(r8, __[next]);
            a.push(r8);
            a.AddInstruction(Instruction.Create(Code.Retfq));
            a.Label(ref next);
        };
    }

    private static void Branch(BareGuest a, Code code)
    {
        var (taken, next) = (a.CreateLabel(), a.CreateLabel());
        a.AddInstruction(Instruction.CreateBranch(code, taken.Id));
        a.lea(rbx, __[rbx + 1]);
        a.jmp(next);
        a.Label(ref taken);
        a.lea(rbx, __[rbx + 0x1000]);
        a.Label(ref next);
    }

    private static void Call(BareGuest a, Action<Label, Action<AssemblerRegister64>> call, Action ret)
    {
        var (function, over) = (a.CreateLabel(), a.CreateLabel());
        call(function, register => a.lea(register, __[function]));
        a.lea(rdx, __[rdx + 3]);
        a.jmp(over);
        a.Label(ref function);
        a.mov(r9, __qword_ptr[rsp]);
        ret();
        a.Label(ref over);
    }

    /// <summary>The kernel around the instruction.</summary>
    private sealed class Kernel(BareGuest a)
    {
        private const byte FaultVector = 0x77;
        private const ulong FarAlias = 1UL << 39;

        /// <summary>Writes the kernel.</summary>
        /// <param name="template">The instruction.</param>
        /// <param name="isFar">Whether it executes at another address, half a terabyte away, of the same memory.</param>
        public void Emit(Action<BareGuest> template, bool isFar)
        {
            var (handler, start, loop, after) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
            a.jmp(start);

            // A fault goes on after the instruction; that it happened is seen in RAX.
            a.Label(ref handler);
            a.mov(r10, State);
            a.mov(rax, FaultVector);
            a.mov(rsp, __qword_ptr[r10 + 0x10]);
            a.jmp(after);
            a.Place(ref start, "start");
            a.LoadSegments();
            if (isFar)
            {
                GoFar();
            }

            a.LoadGates(handler);
            WriteBase(0xc000_0100, 0x40);
            WriteBase(0xc000_0101, Memory);
            WriteBase(0xc000_0102, Memory + 0x800);
            a.mov(r11, State);
            a.mov(__qword_ptr[r11], States);
            a.mov(__qword_ptr[r11 + 8], 1);
            a.mov(__qword_ptr[r11 + 0x10], rsp);
            a.mov(r12, 0x1234_5678_9abc_def1);
            a.mov(r13, Random);
            a.mov(__qword_ptr[r13], r12);
            a.Label(ref loop);
            Randomize();
            template(a);
            a.nop();
            a.Label(ref after);
            Hash();
            a.dec(__qword_ptr[r11]);
            a.jne(loop);
            a.mov(eax, __dword_ptr[r11 + 8]);
            a.shr(eax, 1);
            a.Exit();
        }

        private void GoFar()
        {
            var far = a.CreateLabel();
            a.mov(rbx, cr3);
            a.mov(rax, __qword_ptr[rbx]);
            a.mov(__qword_ptr[rbx + 8], rax);
            a.mov(cr3, rbx);
            a.mov(rax, FarAlias);
            a.lea(rbx, __[far]);
            a.add(rax, rbx);
            a.jmp(rax);
            a.Label(ref far);
        }

        private void WriteBase(uint register, ulong value)
        {
            a.mov(ecx, register);
            a.mov(eax, (uint)value);
            a.mov(edx, (uint)(value >> 32));
            a.wrmsr();
        }

        /// <summary>New values for all registers, some memory and the flags; R15 is the memory.</summary>
        private void Randomize()
        {
            a.mov(r15, Random);
            a.mov(rax, __qword_ptr[r15]);
            a.mov(rcx, 0x5851_f42d_4c95_7f2d);
            for (var i = 1; i <= s_registers.Length + 4; i++)
            {
                a.imul(rax, rcx);
                a.add(rax, 0x14051);
                a.mov(rdx, rax);
                a.ror(rdx, 29);
                a.mov(__qword_ptr[r15 + (i * 8)], rdx);
            }

            a.mov(__qword_ptr[r15], rax);
            a.mov(r14, Memory);
            for (var i = 1; i <= 4; i++)
            {
                a.mov(rdx, __qword_ptr[r15 + ((s_registers.Length + i) * 8)]);
                a.mov(__qword_ptr[r14 + (i * 16)], rdx);
            }

            a.mov(rdx, __qword_ptr[r15 + 8]);
            a.and(edx, 0xad5);
            a.or(edx, 2);
            a.push(rdx);
            for (var i = 0; i < s_registers.Length; i++)
            {
                a.mov(s_registers[i], __qword_ptr[r15 + ((i + 1) * 8)]);
            }

            a.popfq();
            a.mov(r15, Memory);
        }

        /// <summary>Hashes registers, flags, the top of the stack and the memory that instructions may have written.</summary>
        private void Hash()
        {
            a.mov(r15, State);
            a.push(r11);
            a.pushfq();
            a.push(rsp);
            a.push(r12);
            a.mov(r12, __qword_ptr[r15 + 8]);
            foreach (var register in s_registers.Where(r => r != r12 && r != r11))
            {
                Mix(register);
            }

            foreach (var slot in (int[])[0, 8, 16, 24, 32, 40])
            {
                a.mov(rax, __qword_ptr[rsp + slot]);
                Mix(rax);
            }

            a.mov(r11, Memory);
            for (var i = 0; i < 12; i++)
            {
                a.mov(rax, __qword_ptr[r11 + (i * 8)]);
                Mix(rax);
            }

            a.mov(rax, cr8);
            Mix(rax);
            foreach (var register in (uint[])[0xc000_0101, 0xc000_0102])
            {
                a.mov(ecx, register);
                a.rdmsr();
                Mix(rax);
            }

            a.mov(r11, State);
            a.mov(__qword_ptr[r11 + 8], r12);
            a.mov(rsp, __qword_ptr[r11 + 0x10]);
        }

        private void Mix(AssemblerRegister64 register)
        {
            a.xor(r12, register);
            a.imul(r12, r12, Multiplier);
            a.ror(r12, 7);
        }
    }
}
