using Iced.Intel;

namespace ParaKit.Hardware.Cpu;

/// <summary>Meaning of each instruction code; filled in by ParaKit.TableGenerator.</summary>
internal static unsafe partial class InstructionTable
{
    // Code values are dense and start at zero.
    private static readonly int Count = Enum.GetValues<Code>().Length;

    // Safety: function pointers to static methods of this assembly, which is never unloaded.
    private static readonly delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*>[] s_registerForms = BuildRegisterForms();
    private static readonly delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*>[] s_memoryForms = BuildMemoryForms();

    /// <summary>The method for <paramref name="code"/>, or null if nobody wrote it.</summary>
    public static delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*> Find(Code code, bool memory) =>
        memory ? s_memoryForms[(int)code] : s_registerForms[(int)code];

    /// <summary>Whether somebody wrote <paramref name="code"/>.</summary>
    public static bool IsImplemented(Code code, bool memory) => Find(code, memory) != null;

    private static partial delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*>[] BuildRegisterForms();

    private static partial delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*>[] BuildMemoryForms();
}
