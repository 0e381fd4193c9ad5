using ParaKit.Guest;

/// <summary>Gives frames to the hypervisor and takes them back: they come back zeroed. "give-up=64" on the command line; only where a hypervisor takes frames.</summary>
internal static unsafe class BalloonCheck
{
    private const ulong Pattern = 0x5a5a5a5a5a5a5a5a;

    public static void Run(ulong count)
    {
        ulong done = 0;
        for (ulong i = 0; i < count; i++)
        {
            done += TryOne() ? 1UL : 0;
        }

        Console.Write(done == count ? "GIVE-UP PASS " : "GIVE-UP FAIL ");
        Console.WriteDecimal(done);
        Console.Write("\n");
    }

    private static bool TryOne()
    {
        if (!Frames.TryTake(out ulong frame))
        {
            return false;
        }

        var words = (ulong*)PageTable.ToVirtual(frame);
        *words = Pattern;
        Pfn number = Pfn.Containing(frame);
        bool isZeroed = Balloon.TryGiveUp(number) && Balloon.TryTakeBack(number) && *words == 0;
        *words = Pattern;
        return isZeroed && *words == Pattern;
    }
}
