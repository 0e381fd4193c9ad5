using System.Globalization;
using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>A unit as text: each instruction of the guest, what became of it, and the code.</summary>
public static class TranslationListing
{
    private static readonly Dictionary<ulong, string> s_slots = new()
    {
        [MonitorSlots.InterruptFlag] = "interrupt-flag",
        [MonitorSlots.IoPrivilege] = "io-privilege",
        [MonitorSlots.Pending] = "interrupt-pending",
        [MonitorSlots.Cr0] = "cr0",
        [(ulong)MonitorSlots.ControlRegister(2)] = "cr2",
        [(ulong)MonitorSlots.ControlRegister(3)] = "cr3",
        [(ulong)MonitorSlots.ControlRegister(4)] = "cr4",
        [MonitorSlots.Cr8] = "cr8",
        [MonitorSlots.GsBase] = "gs-base",
        [MonitorSlots.KernelGsBase] = "kernel-gs-base",
        [(ulong)MonitorSlots.Selector(0)] = "es",
        [(ulong)MonitorSlots.Selector(1)] = "cs",
        [(ulong)MonitorSlots.Selector(2)] = "ss",
        [(ulong)MonitorSlots.Selector(3)] = "ds",
        [(ulong)MonitorSlots.Selector(4)] = "fs",
        [(ulong)MonitorSlots.Selector(5)] = "gs",
        [MonitorSlots.Ldtr] = "ldtr",
        [MonitorSlots.Tr] = "tr",
        [MonitorSlots.Gdtr] = "gdtr.limit",
        [MonitorSlots.Gdtr + 8] = "gdtr.base",
        [MonitorSlots.Idtr] = "idtr.limit",
        [MonitorSlots.Idtr + 8] = "idtr.base",
        [MonitorSlots.FirstSpill] = "spill-1",
        [MonitorSlots.SecondSpill] = "spill-2",
        [MonitorSlots.Target] = "target",
        [MonitorSlots.Jump] = "jump",
        [MonitorSlots.IndirectHits] = "hits",
        [MonitorSlots.IndirectTags] = "tags",
        [MonitorSlots.IndirectTargets] = "targets",
    };

    /// <summary>The lines.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="describe">Name of a guest address, or null; may be null.</param>
    public static IReadOnlyList<string> Lines(TranslationUnit unit, Func<ulong, string?>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(unit);
        List<string> lines = [];
        var formatter = new NasmFormatter(new Names(unit, describe));
        var guest = Decoder.Create(64, new ByteArrayCodeReader(unit.GuestCode.ToArray()), unit.Address);
        WriteCode(lines, unit, formatter, 0, unit.Instructions[0].Offset);
        for (var i = 0; i < unit.Instructions.Count; i++)
        {
            var instruction = unit.Instructions[i];
            guest.Decode(out var original);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{instruction.Address:x}  {Format(formatter, in original),-36} ; {Describe(instruction.Kind)}"));
            var end = i + 1 < unit.Instructions.Count ? unit.Instructions[i + 1].Offset : unit.Code.Length;
            WriteCode(lines, unit, formatter, instruction.Offset, end);
        }

        return lines;
    }

    /// <summary>A kind in words.</summary>
    public static string Describe(TranslationKind kind) => kind switch
    {
        TranslationKind.Identical => "identical",
        TranslationKind.Retargeted => "retargeted",
        TranslationKind.ControlFlow => "control flow",
        TranslationKind.InCache => "in the cache",
        _ => "call of the monitor",
    };

    private static void WriteCode(List<string> lines, TranslationUnit unit, NasmFormatter formatter, int start, int end)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(unit.Code, start, end - start), unit.CacheAddress + (ulong)start);
        while (decoder.IP < unit.CacheAddress + (ulong)end)
        {
            var offset = (int)(decoder.IP - unit.CacheAddress);
            decoder.Decode(out var code);
            unit.TryFindStep(code.IP, out var step);
            var text = step.CallOut == CallOut.None ? Format(formatter, in code) : Describe(in step);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"    {offset,4:x3}  {text}"));
        }
    }

    private static string Describe(in CacheStep step)
    {
        var what = step.CallOut switch
        {
            CallOut.Simulate => "simulate",
            CallOut.IndirectMiss => "unknown target of",
            CallOut.Dispatch => "go on at",
            _ => "interrupt at",
        };
        return string.Create(CultureInfo.InvariantCulture, $"call the monitor: {what} {step.Address:x}");
    }

    private static string Format(NasmFormatter formatter, in Instruction instruction)
    {
        var output = new StringOutput();
        formatter.Format(instruction, output);
        return output.ToString();
    }

    private sealed class Names(TranslationUnit unit, Func<ulong, string?>? describe) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            var isSlot = instruction.MemorySegment == Register.GS && instruction.MemoryBase == Register.None
                && operand >= 0 && instruction.GetOpKind(instructionOperand) == OpKind.Memory;
            var isAddress = instruction.MemoryBase is Register.None or Register.RIP;
            var name = isSlot ? s_slots.GetValueOrDefault(address) : isAddress ? NameOf(address) : null;
            symbol = name is null ? default : new SymbolResult(address, name);
            return name is not null;
        }

        private string? NameOf(ulong address) => address - unit.CacheAddress < (ulong)unit.Code.Length
            ? string.Create(CultureInfo.InvariantCulture, $"+{address - unit.CacheAddress:x3}")
            : describe?.Invoke(address);
    }
}
