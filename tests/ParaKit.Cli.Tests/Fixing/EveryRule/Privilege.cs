using System;
using ParaKit.Guest;

internal static unsafe class Privilege
{
    private static Action s_stop = X86.Hlt; // PK0003

    internal static void Run(TrapFrame* frame, [PageTableEntry] ulong* entry)
    {
        X86.Invlpg(4096); // PK0001
        X86.Int(0x90); // PK0002
        Cpu.Root = 4096; // PK0003
        *entry = 0; // PK0006
        Own.Missing(); // PK0001 PK0005
        if ((frame->Cs & 3) == 0) // PK0007
        {
            frame->Ss = Gdt.KernelData; // PK0007
        }
    }
}

internal static class Cpu
{
    internal static ulong Root
    {
        [Sensitive("mov cr3, r64", Sensitivity.Privileged)]
        set => X86.WriteCr3(value);
    }

    internal static void WriteRoot(ulong value) => X86.WriteCr3(value); // PK0001
}

internal static class Own
{
    [Sensitive("wbinvd", Sensitivity.Privileged, Deprivileged = "#GP(0)")]
    internal static void Missing()
    {
    }

    [Sensitive("clts", Sensitivity.Privileged, Paravirtual = typeof(OwnParavirtual))] // PK0004
    internal static void Mismatched(int value)
    {
    }
}

internal static class OwnParavirtual
{
    internal static void Mismatched(long value)
    {
    }
}
