using Iced.Intel;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// A random kernel that ends in the same state wherever the machine is faithful: arithmetic, privileged instructions, faults, page-table
/// edits, programs in ring 3, self-modification. What it sees goes into a hash that it prints and exits with.
/// </summary>
/// <remarks>
/// R12 is the hash, R13 the scratch memory, R14 and R15 stack pointer and address at which the kernel goes on after whatever
/// happens in a snippet. No snippet depends on time.
/// </remarks>
internal sealed partial class RandomKernel
{
    private const int Snippets = 60;
    private const int UsualRounds = 4;
    private const ulong ScratchBytes = 0x8000;
    private const ulong WindowTable = BareGuest.WindowTable;
    private const ulong Window = BareGuest.Window;
    private const int WindowPages = 16;
    private const int Multiplier = 0x0100_0193;
    private const byte SystemCallVector = 0x80;

    private static readonly AssemblerRegister64[] s_registers = [rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11];

    private readonly Random _random;
    private readonly BareGuest _a;
    private readonly bool _silent;
    private readonly bool _withholds;
    private bool _traces;
    private int _rounds;

    private RandomKernel(int seed, BareGuest assembler, bool silent, bool withholds)
    {
        _random = new Random(seed);
        _a = assembler;
        _silent = silent;
        _withholds = withholds;
    }

    /// <summary>Makes the kernel of a seed.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="silent">Whether it also executes sensitive instructions that do not trap.</param>
    /// <param name="withholds">Whether it also withholds extended state (CR0.TS and EM) from itself.</param>
    /// <param name="rounds">How often it does everything.</param>
    /// <param name="trace">Whether it prints a character of the hash after every snippet, to find the first that differs.</param>
    public static KernelImage Build(int seed, bool silent = false, bool withholds = true, bool trace = false, int rounds = UsualRounds) =>
        BareGuest.Build(a => new RandomKernel(seed, a, silent, withholds) { _traces = trace, _rounds = rounds }.Emit());

    private void Emit()
    {
        var handlers = _a.CreateLabel();
        var systemCall = _a.CreateLabel();
        var start = _a.CreateLabel();
        _a.jmp(start);
        EmitHandlers(ref handlers);
        EmitSystemCallEntry(ref systemCall);
        _a.Place(ref start, "start");
        _a.LoadSegments();
        _a.LoadGates(handlers, stride: 16);
        _a.LoadTables(Enumerable.Range(0, WindowPages).Select(_ => AnyEntry()));
        EnableSystemCalls(systemCall);
        _a.mov(r12d, 1);
        _a.mov(r13, BareGuest.Scratch);
        for (var i = 0; i < s_registers.Length; i++)
        {
            _a.mov(s_registers[i], (ulong)_random.NextInt64());
        }

        _a.push(_rounds);
        var round = _a.CreateLabel();
        _a.Label(ref round);
        for (var i = 0; i < Snippets; i++)
        {
            Snippet();
        }

        _a.dec(__qword_ptr[rsp]);
        _a.jne(round);
        Finish();
    }

    private void Snippet()
    {
        var next = _a.CreateLabel();
        _a.lea(r15, __[next]);
        _a.mov(r14, rsp);
        Action[] kinds =
        [
            Arithmetic, Arithmetic, Memory, Memory, Strings, Vectors, InterruptFlag, ReadControl, ToggleControl, Model, Ports, DescriptorTables,
            PageTableEdit, PageTableEdit, PageTableEdit, TableAlias, Faults, Program, Program, SelfModification, Identify,
        ];
        var kind = _random.Next(kinds.Length + (_silent ? 3 : 0));
        (kind < kinds.Length ? kinds[kind] : Silent)();
        _a.Label(ref next);
        _a.mov(rsp, r14);
        if (_traces)
        {
            _a.push(rax);
            _a.push(rdx);
            PrintHash();
            _a.pop(rdx);
            _a.pop(rax);
        }
    }

    /// <summary>Prints six bits of the hash, on which all others depend.</summary>
    private void PrintHash()
    {
        _a.push(r12);
        for (var i = 0; i < 12; i++)
        {
            _a.imul(r12, r12, Multiplier);
            _a.ror(r12, 7);
        }

        _a.mov(eax, r12d);
        _a.and(eax, 0x3f);
        _a.add(eax, 0x30);
        _a.PrintByte();
        _a.pop(r12);
    }

    /// <summary>Adds a register to the hash.</summary>
    private void Mix(AssemblerRegister64 register)
    {
        _a.xor(r12, register);
        _a.imul(r12, r12, Multiplier);
        _a.ror(r12, 7);
    }

    private AssemblerRegister64 AnyRegister() => s_registers[_random.Next(s_registers.Length)];

    private int AnyOffset(int align) => _random.Next((int)ScratchBytes / align) * align;

    /// <summary>256 stubs of 16 bytes, and the handler that they lead to: it notes what happened and goes on at R15 in ring 0.</summary>
    private void EmitHandlers(ref Label handlers)
    {
        const uint WithErrorCode = 0x0022_7d00;
        _a.Label(ref handlers);
        for (var vector = 0; vector < 256; vector++)
        {
            var hasCode = vector < 32 && ((WithErrorCode >> vector) & 1) != 0;
            List<byte> stub = hasCode ? [] : [0x6a, 0x00];
            stub.AddRange([0x68, (byte)vector, 0, 0, 0]);
            var distance = (256 * 16) - (vector * 16) - (stub.Count + 5);
            stub.AddRange([0xe9, .. BitConverter.GetBytes(distance)]);
            stub.AddRange(Enumerable.Repeat((byte)0xcc, 16 - stub.Count));
            _a.db([.. stub]);
        }

        for (var slot = 0; slot < 5; slot++)
        {
            // Vector, error code, RIP, CS, RFLAGS; the arithmetic flags among the last are the interrupted code's own.
            _a.mov(rax, __qword_ptr[rsp + (slot * 8)]);
            if (slot == 4)
            {
                _a.and(eax, _silent ? 0xcd5 : 0xed5);
            }

            Mix(rax);
        }

        var noFault = _a.CreateLabel();
        _a.cmp(__qword_ptr[rsp], 14);
        _a.jne(noFault);
        _a.mov(rax, cr2);
        Mix(rax);
        _a.Label(ref noFault);
        _a.add(rsp, 16);
        _a.mov(__qword_ptr[rsp], r15);
        _a.mov(__qword_ptr[rsp + 8], BareGuest.KernelCode);
        _a.and(__dword_ptr[rsp + 16], ~0x100);
        _a.mov(__qword_ptr[rsp + 24], r14);
        _a.mov(__qword_ptr[rsp + 32], BareGuest.KernelData);
        _a.iretq();
    }

    private void EmitSystemCallEntry(ref Label entry)
    {
        _a.Place(ref entry, "syscall");
        Mix(rcx);
        _a.mov(rsp, r14);
        _a.jmp(r15);
    }

    private void EnableSystemCalls(Label entry)
    {
        WriteModel(0xc000_0081, (0x13UL << 48) | ((ulong)BareGuest.KernelCode << 32));
        WriteModel(0xc000_0084, 0x47700);
        _a.lea(rdx, __[entry]);
        _a.mov(eax, edx);
        _a.shr(rdx, 32);
        _a.mov(ecx, unchecked((int)0xc000_0082));
        _a.wrmsr();
    }

    private void WriteModel(uint register, ulong value)
    {
        _a.mov(ecx, register);
        _a.mov(eax, (uint)value);
        _a.mov(edx, (uint)(value >> 32));
        _a.wrmsr();
    }

    /// <summary>A page of scratch memory with any rights, or none.</summary>
    private ulong AnyEntry()
    {
        var page = BareGuest.Scratch + (ulong)(_random.Next((int)ScratchBytes / 0x1000) * 0x1000);
        var noExecute = _random.Next(4) == 0 ? 1UL << 63 : 0;
        return page | (uint)_random.Next(8) | noExecute;
    }

    /// <summary>Hashes registers and scratch memory, prints the hash and exits with it.</summary>
    private void Finish()
    {
        foreach (var register in s_registers)
        {
            Mix(register);
        }

        var loop = _a.CreateLabel();
        _a.mov(rsi, r13);
        _a.mov(ecx, (int)ScratchBytes / 8);
        _a.Label(ref loop);
        _a.mov(rax, __qword_ptr[rsi]);
        Mix(rax);
        _a.add(rsi, 8);
        _a.dec(ecx);
        _a.jne(loop);
        for (var i = 0; i < 8; i++)
        {
            PrintHash();
            _a.ror(r12, 8);
        }

        _a.mov(eax, r12d);
        _a.Exit();
    }
}
