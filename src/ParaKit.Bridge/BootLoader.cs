using ParaKit.Abi;
using ParaKit.Guest;

/// <summary>
/// What a boot loader does for a native kernel: an identity map and a descriptor table in low memory, the PVH start info, and the first state
/// of the processor.
/// </summary>
internal static unsafe class BootLoader
{
    private const ulong Level4 = 0x1000;
    private const ulong Level3 = 0x2000;
    private const ulong Level2 = 0x3000;
    private const ulong DescriptorTable = 0x4000;
    private const ulong StartInfoAddress = 0x5000;
    private const ulong MapAddress = 0x5100;
    private const ulong CommandLineAddress = 0x5800;
    private const int CommandLineLimit = 1023;
    private const ulong LowMemoryEnd = 0x9fc00;
    private const ulong HighMemoryStart = 0x100000;
    private const ulong LargePage = 2UL << 20;
    private const ulong LargePageFlags = 0x83;
    private const ulong TableFlags = 3;
    private const ulong MappedAtMost = 1UL << 30;

    private static TrapFrame s_frame;

    /// <summary>Prepares everything and returns the frame at which the kernel starts.</summary>
    public static TrapFrame* Prepare(ulong entry)
    {
        WriteTables();
        WriteStartInfo();
        VirtualProcessor.Cr3 = Level4;
        VirtualProcessor.Gdt = new TableRegister { Base = DescriptorTable, Limit = 23 };
        VirtualProcessor.Selector(1) = 8;
        VirtualProcessor.Selector(2) = 16;
        VirtualProcessor.InterruptsEnabled = false;
        fixed (TrapFrame* frame = &s_frame)
        {
            frame->InitializeUser(entry, 0, 0);
            frame->Rbx = StartInfoAddress;
            LiveTables.Activate(user: false);
            return frame;
        }
    }

    private static void WriteTables()
    {
        *(ulong*)Payload.At(Level4) = Level3 | TableFlags;
        *(ulong*)Payload.At(Level3) = Level2 | TableFlags;
        for (ulong address = 0; address < Payload.MemoryBytes && address < MappedAtMost; address += LargePage)
        {
            *(ulong*)Payload.At(Level2 + (address / LargePage * sizeof(ulong))) = address | LargePageFlags;
        }

        *(ulong*)Payload.At(DescriptorTable + 8) = Gdt.KernelCodeDescriptor;
        *(ulong*)Payload.At(DescriptorTable + 16) = Gdt.KernelDataDescriptor;
    }

    private static void WriteStartInfo()
    {
        *(HvmStartInfo*)Payload.At(StartInfoAddress) = new HvmStartInfo
        {
            Magic = HvmStartInfo.MagicValue,
            Version = HvmStartInfo.CurrentVersion,
            CommandLine = CommandLineAddress,
            MemoryMap = MapAddress,
            MemoryMapCount = 2,
        };
        var map = (HvmMemoryMapEntry*)Payload.At(MapAddress);
        map[0] = new HvmMemoryMapEntry { Address = 0, Size = LowMemoryEnd, Type = HvmMemoryMapEntry.Ram };
        map[1] = new HvmMemoryMapEntry { Address = HighMemoryStart, Size = Payload.MemoryBytes - HighMemoryStart, Type = HvmMemoryMapEntry.Ram };
        byte* text = Payload.At(CommandLineAddress);
        for (int i = 0; i < Platform.CommandLine.Length && i < CommandLineLimit; i++)
        {
            text[i] = Platform.CommandLine[i];
        }
    }
}
