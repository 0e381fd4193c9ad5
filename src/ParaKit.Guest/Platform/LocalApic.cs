using System.Threading;

namespace ParaKit.Guest;

/// <summary>The local APIC of the processor that asks (Intel SDM vol. 3A, "Advanced Programmable Interrupt Controller (APIC)").</summary>
internal static unsafe class LocalApic
{
    private const ulong PhysicalAddress = 0xfee00000;

    // In the last gigabyte, above the kernel's, at the same distance: the linker's routines know it.
    private const ulong LinearAddress = 0xfffffffffee00000;
    private const ulong Uncached = 0x18;
    private const ulong LargePage = 0x80;

    private const int Id = 0x20;
    private const int Spurious = 0xf0;
    private const int CommandLow = 0x300;
    private const int CommandHigh = 0x310;
    private const uint SoftwareEnable = 0x100;
    private const uint SpuriousVector = 0xff;
    private const uint IsBeingSent = 1 << 12;
    private const uint Assert = 1 << 14;
    private const uint Init = 5 << 8;
    private const uint Startup = 6 << 8;

    /// <summary>Identifier of this processor's.</summary>
    internal static uint Identifier => Read(Id) >> 24;

    /// <summary>Maps the registers in the address space of this processor. The top-level slot of the kernel is in all that are made from it.</summary>
    /// <param name="spare">A page for a table, of the image's memory, in case that the gigabyte has none.</param>
    internal static void Map(ulong* spare)
    {
        ulong* top = Table(X86.ReadCr3());
        ulong* third = Table(PageTable.Read(top + PageTable.Index(LinearAddress, 4))) + PageTable.Index(LinearAddress, 3);
        bool hasTable = (PageTable.Read(third) & PageTable.Present) != 0;
        ulong* entry = (hasTable ? Table(PageTable.Read(third)) : spare) + PageTable.Index(LinearAddress, 2);
        PageTable.Write(entry, PhysicalAddress | LargePage | Uncached | PageTable.Writable | PageTable.Present);
        if (!hasTable)
        {
            PageTable.Write(third, ((ulong)spare - PageTable.KernelBase) | PageTable.Writable | PageTable.Present);
        }
    }

    /// <summary>Lets interrupts through to this processor.</summary>
    internal static void Enable() => Write(Spurious, SoftwareEnable | SpuriousVector);

    /// <summary>Interrupts another processor.</summary>
    internal static void Send(uint identifier, int vector) => Command(identifier, (uint)vector | Assert);

    /// <summary>Puts another processor into the state after a reset.</summary>
    internal static void SendInit(uint identifier) => Command(identifier, Init | Assert);

    /// <summary>Starts another processor in real mode.</summary>
    /// <param name="identifier">Which.</param>
    /// <param name="page">Number of the page, below 1 MiB, where its code is.</param>
    internal static void SendStartup(uint identifier, int page) => Command(identifier, (uint)page | Startup | Assert);

    private static void Command(uint identifier, uint command)
    {
        Write(CommandHigh, identifier << 24);
        Write(CommandLow, command);
        while ((Read(CommandLow) & IsBeingSent) != 0)
        {
            X86.Pause();
        }
    }

    [return: PageTableEntry]
    private static ulong* Table(ulong entry) => (ulong*)PageTable.ToVirtual(entry & PageTable.AddressMask);

    private static uint Read(int register) => Volatile.Read(ref *(uint*)(LinearAddress + (ulong)register));

    private static void Write(int register, uint value) => Volatile.Write(ref *(uint*)(LinearAddress + (ulong)register), value);
}
