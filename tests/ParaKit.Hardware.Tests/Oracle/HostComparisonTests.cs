using System.Text;
using Iced.Intel;
using ParaKit.Hardware.Cpu;
using Xunit.Abstractions;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>Every unprivileged instruction in the table, on random states, against the processor of the host.</summary>
public sealed class HostComparisonTests(ITestOutputHelper output)
{
    private const int StatesPerForm = 200;
    private const int Seed = 20240611;

    private const ulong AlwaysEqual = Flags.ArithmeticMask | Flags.Direction;

    [Fact]
    public void EveryUnprivilegedInstruction_OnRandomStates_EqualsTheHost()
    {
        HostProcessor? host = HostProcessor.TryCreate(out string reason);
        if (host is null)
        {
            output.WriteLine("SKIPPED: " + reason);
            return;
        }

        using var guest = new TestGuest();
        var failures = new List<string>();
        int forms = 0;
        int compared = 0;
        foreach (Code code in Enum.GetValues<Code>())
        {
            foreach (bool memory in (bool[])[false, true])
            {
                if (!IsComparable(code, memory))
                {
                    continue;
                }

                int done = CompareForm(host, guest, code, memory, failures);
                forms += done > 0 ? 1 : 0;
                compared += done;
            }
        }

        output.WriteLine($"{forms} forms, {compared} executions compared, seed {Seed}");
        Assert.True(failures.Count == 0, $"{failures.Count} forms differ:\n" + string.Join("\n", failures.Take(40)));
        Assert.True(forms > 600, $"only {forms} forms were compared");
    }

    private static bool IsComparable(Code code, bool memory)
    {
        OpCodeInfo info = code.ToOpCode();
        bool implemented = info.Mode64 && code.FlowControl() == FlowControl.Next && InstructionTable.IsImplemented(code, memory);
        Mnemonic mnemonic = info.Mnemonic;
        return implemented && !info.CanUseRepPrefix && !info.CanUseRepnePrefix && !HostExclusions.Contains(mnemonic, code);
    }

    private static int CompareForm(HostProcessor host, TestGuest guest, Code code, bool memory, List<string> failures)
    {
        var random = new Random(Seed ^ ((int)code * 2) ^ (memory ? 1 : 0));
        int compared = 0;
        for (int i = 0; i < StatesPerForm; i++)
        {
            if (!RandomInstructions.TryCreate(code, memory, random, out Instruction instruction)
                || !RandomInstructions.TryEncode(in instruction, out byte[] bytes))
            {
                // Some register combinations have no encoding (AH with REX).
                continue;
            }

            RandomState.Fill(random, in instruction);
            string? difference = CompareOnce(host, guest, bytes, ref compared);
            if (difference is not null)
            {
                failures.Add($"{code} ({(memory ? "memory" : "register")}, state {i}): {difference}");
                return compared;
            }
        }

        return compared;
    }

    private static string? CompareOnce(HostProcessor host, TestGuest guest, byte[] bytes, ref int compared)
    {
        guest.Write(TestGuest.Code, bytes);
        RandomState.CopyToGuest(guest);
        var decoder = Iced.Intel.Decoder.Create(64, bytes);
        decoder.IP = TestGuest.Code;
        decoder.Decode(out Instruction instruction);
        string before = Describe(in instruction);
        int count = ShiftCount(in instruction, (byte)HostProcessor.Register(1));
        ProcessorExit exit = guest.Processor.Run(1);
        if (exit.Reason == ExitReason.Unimplemented)
        {
            return exit.Message;
        }

        if (guest.State.Rip != TestGuest.Code + (ulong)bytes.Length)
        {
            // It faulted (a division, for example): the host would kill this process.
            return HostExclusions.MayFault(instruction.Mnemonic) ? null : $"{before}: faulted at {guest.State.Rip:x}";
        }

        host.Execute(bytes);
        compared++;
        int bits = instruction.Op0Kind == OpKind.Memory
            ? instruction.MemorySize.GetSize() * 8
            : instruction.Op0Register.GetSize() * 8;
        string difference = RandomState.Difference(guest, AlwaysEqual & ~UndefinedFlags.Of(in instruction, count, bits));
        return difference.Length == 0 ? null : $"{before}: {difference}";
    }

    private static int ShiftCount(in Instruction instruction, byte cl)
    {
        int last = instruction.OpCount - 1;
        if (last < 1)
        {
            return 0;
        }

        int raw = instruction.GetOpKind(last) == OpKind.Immediate8 ? instruction.Immediate8 : cl;
        bool wide = instruction.Op0Kind == OpKind.Memory
            ? instruction.MemorySize.GetSize() == 8
            : instruction.Op0Register.GetSize() == 8;
        return raw & (wide ? 63 : 31);
    }

    private static string Describe(in Instruction instruction)
    {
        var text = new StringBuilder(instruction.ToString());
        for (int i = 0; i < 16; i++)
        {
            text.Append($" {(GeneralRegister)i}={HostProcessor.Register(i):x}");
        }

        return text.Append($" flags={HostProcessor.Flags:x}").ToString();
    }
}
