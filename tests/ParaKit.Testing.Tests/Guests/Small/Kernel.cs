using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>Prints, leaves something in memory and stops; or never stops, if the command line says so.</summary>
internal static unsafe class Kernel
{
    private const ulong Mark = 0x0123_4567_89ab_cdef;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Wait();
        ulong mark = Mark;
        Led.Set(1);
        Report(&mark);
        Platform.Shutdown(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wait()
    {
        while (Platform.CommandLine.SequenceEqual("spin"u8))
        {
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(ulong* place)
    {
        Console.Write("mark at ");
        Console.WriteHex((ulong)place);
        Console.WriteLine("");
    }
}

/// <summary>An operation of this kernel's own, whose counterpart stays a call: what is shown does not change with the guest library.</summary>
public static class Led
{
    /// <summary>Switches the light.</summary>
    [Sensitive("out imm8, al", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "a store", Paravirtual = typeof(ParavirtualLed))]
    public static void Set(byte value) => X86.Out8(0x80, value);
}

/// <summary>Its counterpart.</summary>
public static class ParavirtualLed
{
    private static byte s_light;

    /// <summary>Switches the light.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Set(byte value) => s_light = value;
}
