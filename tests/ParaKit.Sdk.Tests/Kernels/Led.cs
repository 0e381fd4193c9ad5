using ParaKit.Guest;

namespace Acme;

/// <summary>A device of somebody's own: a port natively, a hypercall of their own under their own hypervisor.</summary>
public static class Led
{
    private const ushort Port = 0x80;

    [Sensitive("out 0x80", Sensitivity.Platform, Deprivileged = "#GP(0)", Becomes = "hypercall 51", Paravirtual = typeof(ParavirtualLed))]
    public static void Set(byte colour)
    {
        X86.Out8(Port, colour);
        Console.WriteLine("led: native");
    }
}

/// <summary>An object with operations.</summary>
public sealed class Dimmer
{
    public int Level { get; set; }

    [Sensitive("dim", Sensitivity.Platform, Becomes = "half of it", Paravirtual = typeof(ParavirtualLed))]
    public int Dim(int amount = 2) => Level - amount;
}

public static partial class ParavirtualLed
{
    public static void Set(byte colour)
    {
        if (Send(colour) < 0)
        {
            Console.WriteLine("led: refused");
        }
    }

    public static int Dim(Dimmer dimmer, int amount) => dimmer.Level - (amount / 2);

    [Hypercall(51)]
    private static partial long Send(byte colour);
}
