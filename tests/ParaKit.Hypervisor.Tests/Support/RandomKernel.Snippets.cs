using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <content>The things that a random kernel does.</content>
internal sealed partial class RandomKernel
{
    private static readonly uint[] s_modelRegisters =
        [0xc000_0080, 0xc000_0081, 0xc000_0082, 0xc000_0084, 0xc000_0100, 0xc000_0101, 0xc000_0102, 0x277, 0x1234_5678];

    private void Arithmetic()
    {
        for (var i = 0; i < 6; i++)
        {
            var (target, source) = (AnyRegister(), AnyRegister());
            Action[] kinds =
            [
                () => _a.add(target, source), () => _a.sub(target, source), () => _a.xor(target, source), () => _a.and(target, source),
                () => _a.imul(target, source), () => _a.adc(target, _random.Next()), () => _a.rol(target, (byte)_random.Next(64)),
                () => _a.shr(target, (byte)_random.Next(64)), () => _a.lea(target, __[source + (AnyRegister() * 4) + _random.Next(100)]),
                () => _a.bsf(target, source), () => _a.cmovb(target, source), () => _a.bswap(target), () => _a.neg(target),
            ];
            kinds[_random.Next(kinds.Length)]();
        }
    }

    private void Memory()
    {
        _a.mov(__qword_ptr[r13 + AnyOffset(8)], AnyRegister());
        _a.mov(AnyRegister(), __qword_ptr[r13 + (AnyOffset(8) & ~8)]);
        _a.add(__qword_ptr[r13 + (AnyOffset(8) & ~8) + _random.Next(8)], AnyRegister());
        _a.@lock.xadd(__qword_ptr[r13 + AnyOffset(8)], AnyRegister());
    }

    private void Strings()
    {
        _a.lea(rsi, __[r13 + AnyOffset(256)]);
        _a.lea(rdi, __[r13 + AnyOffset(256)]);
        _a.mov(ecx, _random.Next(200));
        _a.rep.movsb();
    }

    private void Vectors()
    {
        _a.movq(xmm0, AnyRegister());
        _a.movq(xmm1, AnyRegister());
        _a.punpcklqdq(xmm0, xmm1);
        _a.paddq(xmm2, xmm0);
        _a.movups(__xmmword_ptr[r13 + AnyOffset(16) - _random.Next(2)], xmm2);
        _a.cvtsi2sd(xmm3, eax);
        _a.mulsd(xmm3, xmm3);
        _a.cvttsd2si(rax, xmm3);
    }

    private void InterruptFlag()
    {
        Action[] kinds = [_a.cli, _a.sti, _withholds ? _a.clts : _a.cli];
        kinds[_random.Next(kinds.Length)]();
    }

    private void ReadControl()
    {
        AssemblerRegisterCR[] controls = [cr0, cr2, cr3, cr4, cr8];
        _a.mov(rax, controls[_random.Next(controls.Length)]);
        Mix(rax);
    }

    /// <summary>Changes CR0 or CR4 for a few instructions, among them ones that depend on it.</summary>
    private void ToggleControl()
    {
        ulong[] bits = _withholds ? [8, 4, 2, 1 << 16] : [2, 1 << 16];
        var bit = bits[_random.Next(bits.Length)];
        _a.mov(rbx, cr0);
        _a.mov(rax, rbx);
        _a.xor(rax, (int)bit);
        _a.mov(cr0, rax);
        var after = _a.CreateLabel();
        var saved = _a.CreateLabel();
        _a.lea(r15, __[after]);
        _a.jmp(saved);
        _a.Label(ref saved);
        _a.movq(rcx, xmm2);
        _a.mov(__qword_ptr[WindowAddress()], rcx);
        _a.Label(ref after);
        _a.mov(cr0, rbx);
        _a.mov(rax, cr4);
        _a.xor(rax, 1 << 7);
        _a.mov(cr4, rax);
    }

    private void Model()
    {
        _a.mov(ecx, s_modelRegisters[_random.Next(s_modelRegisters.Length)]);
        _a.rdmsr();
        Mix(rax);
        Mix(rdx);
        if (_random.Next(2) == 0)
        {
            WriteModel(0xc000_0100 + (uint)_random.Next(3), BareGuest.Scratch + (ulong)AnyOffset(8));
            _a.swapgs();
            _a.AddInstruction(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, new MemoryOperand(Register.None, Register.None, 1, 0x20, 8, false, Register.GS)));
            Mix(rax);
        }
    }

    private void Ports()
    {
        _a.mov(dx, 0x3ff);
        _a.mov(al, (sbyte)_random.Next(128));
        _a.@out(dx, al);
        _a.@in(al, dx);
        _a.movzx(eax, al);
        Mix(rax);
        _a.mov(al, (sbyte)(0x60 | _random.Next(32)));
        _a.@out(0x21, al);
        _a.@in(al, 0x21);
        _a.movzx(eax, al);
        Mix(rax);
    }

    private void DescriptorTables()
    {
        Action[] kinds =
        [
            () =>
            {
                _a.Pointer(BareGuest.Gdt, 0x47);
                _a.lgdt(__[r11]);
            },
            () =>
            {
                _a.Pointer(BareGuest.Idt, 0xfff);
                _a.lidt(__[r11]);
            },
            () =>
            {
                _a.mov(eax, BareGuest.TaskSelector);
                _a.ltr(ax);
            },
            () =>
            {
                _a.mov(eax, _random.Next(2) == 0 ? BareGuest.LocalTable : 0);
                _a.lldt(ax);
            },
            () =>
            {
                _a.mov(eax, _random.Next(2) == 0 ? BareGuest.KernelData : 0x48);
                _a.mov(es, ax);
            },
        ];
        kinds[_random.Next(kinds.Length)]();
    }

    private ulong WindowAddress() => Window + (ulong)(_random.Next(WindowPages) * 0x1000) + (ulong)(_random.Next(511) * 8);

    private void PageTableEdit()
    {
        const ulong JumpToR15 = 0xcc_e7ff41;
        var page = (ulong)_random.Next(WindowPages);
        var entry = AnyEntry();
        _a.Store(WindowTable + (page * 8), entry);
        _a.mov(rdi, Window + (page * 0x1000));
        _a.invlpg(__[rdi]);
        Action[] uses =
        [
            () => _a.mov(rax, __qword_ptr[rdi + (_random.Next(511) * 8)]),
            () => _a.mov(__qword_ptr[rdi + (_random.Next(511) * 8)], rbx),
            () => _a.add(__qword_ptr[rdi + 0xffc], rcx),
            () =>
            {
                _a.Store(entry & 0xfff_f000, JumpToR15);
                _a.jmp(rdi);
            },
        ];
        uses[_random.Next(uses.Length)]();
        Mix(rax);
        _a.mov(rax, WindowTable + (page * 8));
        _a.mov(rax, __qword_ptr[rax]);
        Mix(rax);
    }

    /// <summary>
    /// Maps the page table itself into the window, edits it there and unmaps it, so that nothing changes it unflushed: what a stale
    /// translation does is not defined.
    /// </summary>
    private void TableAlias()
    {
        var page = (ulong)_random.Next(WindowPages);
        var other = (page + 1 + (ulong)_random.Next(WindowPages - 1)) % WindowPages;
        _a.Store(WindowTable + (page * 8), WindowTable | 3);
        _a.mov(rdi, Window + (page * 0x1000));
        _a.invlpg(__[rdi]);
        _a.mov(rax, AnyEntry());
        _a.mov(__qword_ptr[rdi + (int)(other * 8)], rax);
        _a.invlpg(__[rdi]);
        _a.Store(WindowTable + (page * 8), AnyEntry());
        _a.invlpg(__[rdi]);
        _a.mov(rdi, Window + (other * 0x1000));
        _a.invlpg(__[rdi]);
        _a.mov(rax, __qword_ptr[rdi + 8]);
        Mix(rax);
    }

    private void Faults()
    {
        Action[] kinds =
        [
            _a.ud2, _a.int3, () => _a.@int(SystemCallVector),
            () =>
            {
                _a.xor(ecx, ecx);
                _a.div(rcx);
            },
            () =>
            {
                _a.mov(rax, 0x8000_0000_0000_0000);
                _a.mov(rax, __qword_ptr[rax]);
            },
            () => _a.mov(rax, __qword_ptr[0x7000_0000]),
            () =>
            {
                _a.push(_random.Next(0x100));
                _a.push(r15);
                _a.AddInstruction(Instruction.Create(Code.Retfq));
            },
        ];
        kinds[_random.Next(kinds.Length)]();
    }

    /// <summary>Goes to ring 3, does something there, and comes back by a system call or a fault.</summary>
    private void Program()
    {
        var user = _a.CreateLabel();
        _a.push(BareGuest.UserData);
        _a.push((int)BareGuest.Stack - 0x1000);
        _a.push(_random.Next(2) == 0 ? 0x202 : 0x2);
        _a.push(BareGuest.UserCode);
        _a.lea(rax, __[user]);
        _a.push(rax);
        _a.iretq();
        _a.Label(ref user);
        Arithmetic();
        Action[] kinds =
        [
            () => _a.cli(), () => _a.hlt(), () => _a.mov(rax, cr3), () => _a.wrmsr(), () => _a.mov(__qword_ptr[WindowAddress()], rax),
            () => _a.mov(rax, __qword_ptr[WindowAddress()]), () => _a.@in(al, 0x60), Memory,
        ];
        kinds[_random.Next(kinds.Length)]();
        if (_random.Next(2) == 0)
        {
            _a.syscall();
        }

        _a.@int(SystemCallVector);
    }

    /// <summary>Changes the constant of an instruction that executes next.</summary>
    private void SelfModification()
    {
        var target = _a.CreateLabel();
        _a.lea(rdi, __[target]);
        _a.mov(__dword_ptr[rdi + 1], _random.Next());
        _a.jmp(target);
        _a.Label(ref target);
        _a.db(0xb8, 0, 0, 0, 0);
        Mix(rax);
    }

    private void Identify()
    {
        _a.xor(eax, eax);
        _a.xor(ecx, ecx);
        _a.cpuid();
        Mix(rbx);
    }

    /// <summary>Sensitive instructions that do not trap; harmless where they work.</summary>
    private void Silent()
    {
        Action[] kinds =
        [
            () => _a.sgdt(__[r13 + AnyOffset(16)]), () => _a.sidt(__[r13 + AnyOffset(16)]),
            () => _a.smsw(eax), () => _a.str(eax), () => _a.sldt(eax), () => _a.mov(eax, cs), () => _a.mov(eax, ss),
            () =>
            {
                _a.pushfq();
                _a.pop(rax);
            },
            () =>
            {
                _a.push(_random.Next(2) == 0 ? 0x202 : 0x2);
                _a.popfq();
            },
            () =>
            {
                _a.mov(ecx, BareGuest.KernelData);
                _a.lar(ax, cx);
            },
            () =>
            {
                _a.mov(ecx, BareGuest.KernelCode);
                _a.verr(cx);
                _a.sete(al);
            },
        ];
        kinds[_random.Next(kinds.Length)]();
        Mix(rax);
    }
}
