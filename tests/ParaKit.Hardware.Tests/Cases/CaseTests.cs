using System.Globalization;
using Iced.Intel;
using ParaKit.Hardware.Cpu;

namespace ParaKit.Hardware.Tests.Cases;

/// <summary>
/// Runs the lines of <c>Cases/*.cases</c>: <c>mnemonic: bytes | preconditions => expected</c>. Terms are <c>register=value</c>,
/// <c>flag=0/1</c>, <c>[address]=bytes in hex</c>, <c>xmm0=32 hex digits</c>, <c>cpl=0/3</c>, <c>umip=1</c>, <c>steps=n</c>; expected may be <c>#XX</c> for an exception.
/// Registers that are not named must keep their value, RIP must be after the instruction unless named.
/// </summary>
public sealed class CaseTests
{
    private const int DefaultSteps = 1;

    private static readonly Dictionary<string, ulong> s_flags = new()
    {
        ["cf"] = Flags.Carry, ["pf"] = Flags.Parity, ["af"] = Flags.Adjust, ["zf"] = Flags.Zero, ["sf"] = Flags.Sign,
        ["of"] = Flags.Overflow, ["df"] = Flags.Direction, ["if"] = Flags.Interrupt,
    };

    private static readonly Dictionary<string, byte> s_exceptions = new()
    {
        ["#DE"] = ExceptionVector.DivideError, ["#UD"] = ExceptionVector.InvalidOpcode,
        ["#GP"] = ExceptionVector.GeneralProtection, ["#SS"] = ExceptionVector.StackFault,
        ["#PF"] = ExceptionVector.PageFault,
    };

    public static TheoryData<string, int, string> Lines()
    {
        var data = new TheoryData<string, int, string>();
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.cases").Order())
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > 0 && lines[i][0] != '#')
                {
                    data.Add(Path.GetFileName(file), i + 1, lines[i]);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line(string file, int number, string line)
    {
        string[] sides = line.Split("=>");
        string[] left = sides[0].Split('|');
        string[] head = left[0].Split(':');
        byte[] bytes = Convert.FromHexString(head[1].Replace(" ", "", StringComparison.Ordinal));
        CheckMnemonic(head[0].Trim(), bytes);

        using var guest = new TestGuest();
        guest.Write(TestGuest.Code, bytes);
        guest.Processor.Controls = ExitControls.All;
        int steps = Prepare(guest, Terms(left.Length > 1 ? left[1] : ""));
        ulong[] before = Registers(guest);
        ProcessorExit exit = guest.Processor.Run(steps);
        Check(guest, exit, before, (ulong)bytes.Length, Terms(sides[1]), $"{file}({number})");
    }

    private static string[] Terms(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void CheckMnemonic(string mnemonic, byte[] bytes)
    {
        Decoder.Create(64, bytes).Decode(out Instruction instruction);
        Assert.Equal(mnemonic, instruction.Mnemonic.ToString().ToLowerInvariant());
    }

    private static int Prepare(TestGuest guest, string[] terms)
    {
        int steps = DefaultSteps;
        foreach (string term in terms)
        {
            (string name, string value) = Split(term);
            if (name == "steps")
            {
                steps = int.Parse(value, CultureInfo.InvariantCulture);
            }
            else if (name[0] == '[')
            {
                guest.Write(Number(name[1..^1]), Convert.FromHexString(value));
            }
            else if (name.StartsWith("xmm", StringComparison.Ordinal))
            {
                guest.State.Xmm[int.Parse(name[3..], CultureInfo.InvariantCulture)] = Vector(value);
            }
            else if (s_flags.TryGetValue(name, out ulong flag))
            {
                guest.State.Rflags = Number(value) != 0 ? guest.State.Rflags | flag : guest.State.Rflags & ~flag;
            }
            else if (name == "fs.base")
            {
                guest.State.Fs.Base = Number(value);
            }
            else if (name == "gs.base")
            {
                guest.State.Gs.Base = Number(value);
            }
            else if (name == "cpl")
            {
                PrepareLevel(guest, value);
            }
            else if (name == "umip")
            {
                guest.State.Cr4 |= Cr4.UserModeInstructionPrevention;
            }
            else
            {
                guest.State.Registers[Register(name)] = Number(value);
            }
        }

        return steps;
    }

    private static void PrepareLevel(TestGuest guest, string value)
    {
        if (value == "3")
        {
            guest.EnterUser();
        }
    }

    private static void Check(
        TestGuest guest, ProcessorExit exit, ulong[] before, ulong length, string[] terms, string place)
    {
        ulong rip = TestGuest.Code + length;
        ulong[] expected = (ulong[])before.Clone();
        byte? exception = null;
        foreach (string term in terms)
        {
            (string name, string value) = Split(term);
            if (name[0] == '#')
            {
                exception = s_exceptions[name];
                rip = TestGuest.Code;
            }
            else if (name == "rip")
            {
                rip = Number(value);
            }
            else if (name[0] == '[')
            {
                byte[] memory = Convert.FromHexString(value);
                Assert.Equal(value.ToUpperInvariant(),
                    Convert.ToHexString(guest.Machine.Memory.ReadOnlySpan(Number(name[1..^1]), memory.Length)));
            }
            else if (name.StartsWith("xmm", StringComparison.Ordinal))
            {
                Assert.Equal(Vector(value), guest.State.Xmm[int.Parse(name[3..], CultureInfo.InvariantCulture)]);
            }
            else if (s_flags.TryGetValue(name, out ulong flag))
            {
                Assert.True((Number(value) != 0) == ((guest.State.Rflags & flag) != 0), $"{place}: {name}");
            }
            else
            {
                expected[(int)Register(name)] = Number(value);
            }
        }

        Assert.Equal(exception is null ? ExitReason.BudgetExhausted : ExitReason.Exception, exit.Reason);
        Assert.Equal(exception.GetValueOrDefault(), exit.Vector);
        Assert.Equal(rip, guest.State.Rip);
        ulong[] after = Registers(guest);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == after[i], $"{place}: {(GeneralRegister)i} is {after[i]:x}, expected {expected[i]:x}");
        }
    }

    private static ulong[] Registers(TestGuest guest)
    {
        var values = new ulong[GeneralRegisters.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = guest.State.Registers[i];
        }

        return values;
    }

    private static (string Name, string Value) Split(string term)
    {
        int at = term.LastIndexOf('=');
        return at < 0 ? (term, "") : (term[..at], term[(at + 1)..]);
    }

    private static GeneralRegister Register(string name) => Enum.Parse<GeneralRegister>(name, ignoreCase: true);

    private static ulong Number(string text) => text.StartsWith('-')
        ? (ulong)-(long)Number(text[1..])
        : ulong.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static UInt128 Vector(string text) => UInt128.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
