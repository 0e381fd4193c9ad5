using ParaKit.Guest;

/// <summary>What a hostile program tries.</summary>
internal static unsafe class Attacks
{
    private const ulong Nowhere = 0x7000_0000;
    private const ulong NotCanonical = 0x0000_8000_0000_0000;
    private const ulong NoDescriptor = 99;

    public static ulong WriteToKernel()
    {
        *(ulong*)PageTable.KernelBase = 0;
        return 0;
    }

    /// <summary>Every one of these must be refused, and none may stop the kernel.</summary>
    public static ulong CountRefusals()
    {
        ulong file = User.Open("motd"u8, create: false);
        ulong refused = Refused(User.Write(User.Console, (byte*)PageTable.KernelBase, 16));
        refused += Refused(User.Write(User.Console, (byte*)Nowhere, 1));
        refused += Refused(User.Write(User.Console, (byte*)(NotCanonical - 1), 2));
        refused += Refused(User.Write(User.Console, (byte*)ulong.MaxValue, 2));
        refused += Refused(User.Write(NoDescriptor, (byte*)UserImage.BaseAddress, 1));
        refused += Refused(User.Read(User.Console, (byte*)Process.HeapStart, 1));
        refused += Refused(User.Read(file, (byte*)PageTable.KernelBase, 1));
        refused += Refused(User.Read(file, (byte*)UserImage.BaseAddress, 1)); // its own code, which it cannot write
        refused += Refused(User.Delete("motd"u8));
        refused += Refused(User.Open("a name that is too long"u8, create: true));
        refused += Refused(User.Open("missing"u8, create: false));
        refused += Refused(User.Execute(UserProgram.Count));
        refused += Refused(User.Prioritize(Priority.Idle));
        refused += Refused(User.Sleep(ulong.MaxValue));
        refused += Refused(User.Close(NoDescriptor));
        refused += Refused(User.Wait());
        refused += Refused(User.Map(ulong.MaxValue));
        refused += Refused(User.Unmap(ulong.MaxValue));
        return refused + Refused(UserImage.SystemCall(ulong.MaxValue, 0, 0));
    }

    private static ulong Refused(ulong result) => result == User.Failure ? 1UL : 0;
}
