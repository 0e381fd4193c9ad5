using BenchmarkDotNet.Attributes;
using Iced.Intel;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Benchmarks;

/// <summary>Guest instructions per second of the interpreter: time per operation is time per guest instruction.</summary>
public class ProcessorBenchmarks
{
    private const int Instructions = 1_000_000;
    private const ulong Code = 0x100000;
    private const ulong Tables = 0x1000;
    private const ulong Data = 0x200000;
    private const ulong Stack = 0x180000;

    private Machine _machine = null!;

    /// <summary>What the loop is made of.</summary>
    [Params("dec, jnz", "add, xor, rol, jmp", "load, add, store, jmp", "call, ret")]
    public string Loop { get; set; } = "";

    /// <summary>Puts the loop into a machine with an identity map.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _machine = MachineBuilder.Build(new MachineOptions());
        _machine.Memory.Write(Tables, (Tables + 0x1000) | 3);
        _machine.Memory.Write(Tables + 0x1000, (Tables + 0x2000) | 3);
        for (ulong i = 0; i < 32; i++)
        {
            _machine.Memory.Write(Tables + 0x2000 + (i * 8), (i << 21) | 0x83);
        }

        byte[] code = Assemble();
        code.CopyTo(_machine.Memory.Span(Code, code.Length));
        _machine.Processor.Reset();
        _machine.Processor.LoadCr3(Tables);
        _machine.Processor.State.Registers[GeneralRegister.Rbx] = Data;
        _machine.Processor.State.Registers[GeneralRegister.Rsp] = Stack;
    }

    /// <summary>Releases the machine.</summary>
    [GlobalCleanup]
    public void Release() => _machine.Dispose();

    /// <summary>Runs a million instructions.</summary>
    [Benchmark(OperationsPerInvoke = Instructions)]
    public ExitReason Run()
    {
        _machine.Processor.State.Rip = Code;
        return _machine.Processor.Run(Instructions).Reason;
    }

    private byte[] Assemble()
    {
        var a = new Assembler(64);
        Label top = a.CreateLabel();
        Label callee = a.CreateLabel();
        a.Label(ref top);
        switch (Loop)
        {
            case "dec, jnz":
                a.dec(rax);
                a.jne(top);
                break;
            case "add, xor, rol, jmp":
                a.add(rax, rcx);
                a.xor(rdx, rax);
                a.rol(rdx, 7);
                break;
            case "load, add, store, jmp":
                a.mov(rax, __qword_ptr[rbx]);
                a.add(rax, 1);
                a.mov(__qword_ptr[rbx + 8], rax);
                break;
            default:
                a.call(callee);
                break;
        }

        a.jmp(top);
        a.Label(ref callee);
        a.ret();
        using var stream = new MemoryStream();
        a.Assemble(new StreamCodeWriter(stream), Code);
        return stream.ToArray();
    }
}
