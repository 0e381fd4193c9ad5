using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>
/// Executes one unprivileged instruction on the processor this test runs on: a page of code loads all registers and
/// flags from memory, runs the instruction and stores them again.
/// </summary>
internal sealed unsafe partial class HostProcessor
{
    /// <summary>Where code, registers and data are; below the test guest's RAM size, so that the guest can use the same addresses.</summary>
    public const ulong Base = 0x2800000;
    public const ulong DataArea = Base + 0x2000;
    public const int DataBytes = 0x2000;

    private const ulong Registers = Base + 0x1000;
    private const ulong FlagsSlot = Registers + 0x80;
    private const ulong HostStackSlot = Registers + 0x88;
    private const ulong VectorSlots = Registers + 0x100;
    private const ulong MxcsrSlot = Registers + 0x200;
    private const int BlockBytes = 0x4000;
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymousFixedNoReplace = 0x2 | 0x20 | 0x100000;

    private readonly ulong _instructionAddress;
    private readonly ulong _epilogueLength;
    private readonly byte[] _epilogue;

    private HostProcessor()
    {
        byte[] prologue = Assemble(Prologue, Base);
        _epilogue = Assemble(Epilogue, Base);
        _epilogueLength = (ulong)_epilogue.Length;
        prologue.CopyTo(new Span<byte>((void*)Base, prologue.Length));
        _instructionAddress = Base + (ulong)prologue.Length;
    }

    /// <summary>Takes the memory and writes the code.</summary>
    public static HostProcessor Create()
    {
        nint block = Map((nint)Base, BlockBytes, ReadWriteExecute, PrivateAnonymousFixedNoReplace, -1, 0);
        return (ulong)block == Base
            ? new HostProcessor()
            : throw new InvalidOperationException($"The host gives no executable memory at {Base:x}.");
    }

    /// <summary>General register by number (RSP is not loaded).</summary>
    public static ref ulong Register(int number) => ref ((ulong*)Registers)[number];

    public static ref ulong Flags => ref *(ulong*)FlagsSlot;

    public static ref UInt128 Vector(int number) => ref ((UInt128*)VectorSlots)[number];

    public static Span<byte> Data => new((void*)DataArea, DataBytes);

    /// <summary>Runs the instruction with what is in the slots.</summary>
    public void Execute(ReadOnlySpan<byte> instruction)
    {
        instruction.CopyTo(new Span<byte>((void*)_instructionAddress, instruction.Length));
        // The epilogue uses absolute addresses only, so it can stand anywhere.
        _epilogue.CopyTo(new Span<byte>((void*)(_instructionAddress + (ulong)instruction.Length), (int)_epilogueLength));
        // Safety: the code restores every register the calling convention wants kept.
        ((delegate* unmanaged<void>)Base)();
    }

    private static byte[] Assemble(Action<Assembler> program, ulong address)
    {
        var assembler = new Assembler(64);
        program(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    private static AssemblerRegister64[] General =>
        [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15];

    private static AssemblerRegisterXMM[] Vectors =>
        [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15];

    private static void Prologue(Assembler a)
    {
        foreach (AssemblerRegister64 register in (AssemblerRegister64[])[rbx, rbp, r12, r13, r14, r15])
        {
            a.push(register);
        }

        a.mov(__qword_ptr[HostStackSlot], rsp);
        a.stmxcsr(__dword_ptr[MxcsrSlot]);
        for (int i = 0; i < 16; i++)
        {
            a.movups(Vectors[i], __xmmword_ptr[VectorSlots + ((ulong)i * 16)]);
        }

        a.push(__qword_ptr[FlagsSlot]);
        a.popfq();
        for (int i = 0; i < 16; i++)
        {
            if (i != 4)
            {
                a.mov(General[i], __qword_ptr[Registers + ((ulong)i * 8)]);
            }
        }
    }

    private static void Epilogue(Assembler a)
    {
        for (int i = 0; i < 16; i++)
        {
            if (i != 4)
            {
                a.mov(__qword_ptr[Registers + ((ulong)i * 8)], General[i]);
            }
        }

        a.mov(rsp, __qword_ptr[HostStackSlot]);
        a.pushfq();
        a.pop(__qword_ptr[FlagsSlot]);
        for (int i = 0; i < 16; i++)
        {
            a.movups(__xmmword_ptr[VectorSlots + ((ulong)i * 16)], Vectors[i]);
        }

        a.ldmxcsr(__dword_ptr[MxcsrSlot]);
        a.cld();
        foreach (AssemblerRegister64 register in (AssemblerRegister64[])[r15, r14, r13, r12, rbp, rbx])
        {
            a.pop(register);
        }

        a.ret();
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);
}
