using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>
/// What processors besides the first start with, and how they are interrupted. The guest library's <c>Processors</c> copies the first routine to a page of low memory, writes
/// the rest of that page, and states the same addresses. Intel SDM vol. 3A, "MP Initialization Protocol Algorithm for MP Systems".
/// </summary>
internal static class ProcessorRoutines
{
    private const string Upper = "pk_processor_upper";

    /// <summary>Where the library copies the first routine to: the page that startup messages name.</summary>
    private const ulong Page = 0x8000;

    /// <summary>From its start to what it needs: stack, argument, page tables, and what is called.</summary>
    private const ulong Parameters = KernelLayout.KernelBase + Page + 0x100;

    /// <summary>Processors that have yet to flush their translations.</summary>
    private const ulong FlushCount = KernelLayout.KernelBase + Page + 0x180;

    /// <summary>The register that ends an interrupt, where the library maps the local APIC.</summary>
    private const ulong EndOfInterrupt = 0xfffffffffee000b0;

    private const int StackOffset = 0;
    private const int ArgumentOffset = 8;
    private const int PageTablesOffset = 16;
    private const int EntryOffset = 24;

    private const int LongModeCode = 0x80;
    private const int GdtPointer = 0xc0;
    private const ushort KernelCode = 0x08;
    private const ushort KernelData = 0x10;

    internal static IEnumerable<Routine> All =>
    [
        new("pk_processor_start", Start),
        new(Upper, StartInUpperHalf),
        new("pk_processor_wake", (a, _) => Return(a)),
        new("pk_processor_flush", (a, _) => Flush(a)),
        new("pk_processor_wait", (a, _) =>
        {
            // Nothing may be between the two: only the instruction after STI keeps interrupts out.
            a.sti();
            a.hlt();
            a.ret();
        }),
    ];

    /// <summary>Real mode, at the start of the page, to 64-bit mode at once; then to the upper half.</summary>
    private static void Start(Assembler a, Func<string, ulong> resolve)
    {
        byte[] page = new byte[GdtPointer + 6];
        Encode(16, 0, real => EmitReal(real, resolve)).CopyTo(page, 0);
        Encode(64, Page + LongModeCode, code =>
        {
            code.mov(rax, resolve(Upper));
            code.jmp(rax);
        }).CopyTo(page, LongModeCode);
        BitConverter.TryWriteBytes(page.AsSpan(GdtPointer), (ushort)(BootData.GdtSize - 1));
        BitConverter.TryWriteBytes(page.AsSpan(GdtPointer + sizeof(ushort)), (uint)KernelLayout.ToPhysical(resolve(BootData.Gdt)));
        a.db(page);
    }

    private static void EmitReal(Assembler a, Func<string, ulong> resolve)
    {
        a.cli();
        a.cld();
        a.mov(ax, cs);
        a.mov(ds, ax);
        a.mov(eax, (uint)KernelLayout.ToPhysical(resolve(BootData.PageTables)));
        a.mov(cr3, eax);
        a.mov(eax, NativeRoutines.Cr4Value);
        a.mov(cr4, eax);
        a.mov(ecx, NativeRoutines.Efer);
        a.rdmsr();
        a.or(eax, NativeRoutines.LongModeNoExecuteSyscall);
        a.wrmsr();
        a.AddInstruction(Instruction.Create(Code.Lgdt_m1632, new MemoryOperand(Register.None, Register.None, 1, GdtPointer, 2)));
        a.mov(eax, NativeRoutines.Cr0Value);
        a.mov(cr0, eax);
        a.AddInstruction(Instruction.CreateBranch(Code.Jmp_ptr1632, KernelCode, (uint)Page + LongModeCode));
    }

    private static void StartInUpperHalf(Assembler a, Func<string, ulong> resolve)
    {
        a.mov(rbx, Parameters);
        a.mov(rax, __qword_ptr[rbx + PageTablesOffset]);
        a.mov(cr3, rax);
        a.mov(rax, resolve(BootData.GdtPointer));
        a.lgdt(__[rax]);
        a.mov(eax, KernelData);
        a.mov(ds, eax);
        a.mov(es, eax);
        a.mov(ss, eax);
        a.mov(rsp, __qword_ptr[rbx + StackOffset]);
        a.mov(rdi, __qword_ptr[rbx + ArgumentOffset]);
        a.xor(ebp, ebp);
        a.call(__qword_ptr[rbx + EntryOffset]);
        Label stop = a.CreateLabel();
        a.Label(ref stop);
        a.cli();
        a.hlt();
        a.jmp(stop);
    }

    /// <summary>All translations, those of global pages excepted, and then one processor less to wait for.</summary>
    private static void Flush(Assembler a)
    {
        a.push(rax);
        a.mov(rax, cr3);
        a.mov(cr3, rax);
        a.pop(rax);
        a.@lock.dec(__dword_ptr[unchecked((long)FlushCount)]);
        Return(a);
    }

    private static void Return(Assembler a)
    {
        a.mov(__dword_ptr[unchecked((long)EndOfInterrupt)], 0);
        a.iretq();
    }

    private static byte[] Encode(int bitness, ulong address, Action<Assembler> emit)
    {
        var assembler = new Assembler(bitness);
        emit(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
