using System.Globalization;
using System.Text;
using ParaKit.Hardware.Cpu;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Domains;

/// <summary>What a crashed or stuck guest leaves to be read: reason, registers, and a backtrace found by scanning the stack.</summary>
internal static class DomainCrash
{
    private const int ScannedWords = 1024;
    private const int ShownFrames = 24;

    /// <summary>Reads a word of the guest's stack; false ends the scan.</summary>
    public delegate bool StackReader(ulong address, out ulong value);

    /// <summary>Describes the state of a processor that ran an image.</summary>
    public static string Describe(string reason, KernelImage image, ref CpuState state, StackReader stack, string? mode = null)
    {
        var text = new StringBuilder();
        text.Append(reason).Append('\n');
        AppendRegisters(text, image, ref state, mode);
        AppendBacktrace(text, image, ref state, stack);
        return text.ToString();
    }

    private static void AppendRegisters(StringBuilder text, KernelImage image, ref CpuState state, string? mode)
    {
        text.Append(CultureInfo.InvariantCulture, $"  rip {state.Rip:x16}  {image.Describe(state.Rip)}\n");
        for (var i = 0; i < GeneralRegisters.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {RegisterName(i),3} {state.Registers[i]:x16}");
            text.Append(i % 4 == 3 ? "\n" : "");
        }

        text.Append(CultureInfo.InvariantCulture, $"  rflags {state.Rflags:x8}  cs {state.Cs.Selector:x4}  ss {state.Ss.Selector:x4}");
        text.Append(CultureInfo.InvariantCulture, $"  cr3 {state.Cr3:x}  fs base {state.Fs.Base:x}  gs base {state.Gs.Base:x}");
        text.Append(mode is null ? "\n" : $"  {mode} mode\n");
    }

    private static void AppendBacktrace(StringBuilder text, KernelImage image, ref CpuState state, StackReader stack)
    {
        text.Append("Backtrace (return addresses found on the stack):\n");
        text.Append("  ").Append(image.Describe(state.Rip)).Append('\n');
        var address = state.Registers[GeneralRegister.Rsp] & ~7UL;
        var shown = 0;
        for (var i = 0; i < ScannedWords && shown < ShownFrames && stack(address, out var value); i++, address += 8)
        {
            if (IsCode(image, value))
            {
                text.Append("  ").Append(image.Describe(value)).Append('\n');
                shown++;
            }
        }
    }

    private static bool IsCode(KernelImage image, ulong address)
    {
        foreach (var segment in image.Segments)
        {
            if (segment.Executable && address >= segment.VirtualAddress && address - segment.VirtualAddress < segment.MemorySize)
            {
                return image.TryFindSymbol(address, out _);
            }
        }

        return false;
    }

    private static string RegisterName(int register) => ((GeneralRegister)register).ToString().ToLowerInvariant();
}
