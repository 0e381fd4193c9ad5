using System;
using ParaKit.Guest;

/// <summary>Puts the kernel of the first module and what a boot loader leaves for it into the guest's memory, as the machine does for a native kernel.</summary>
internal static unsafe class GuestLoader
{
    /// <summary>Where the guest finds its start information.</summary>
    public const ulong StartInformationAddress = 0x5000;

    /// <summary>Its first page tables.</summary>
    public const ulong Tables = 0x1000;

    /// <summary>Its first descriptor table.</summary>
    public const ulong Descriptors = 0x4000;

    private const ulong MapAddress = 0x5100;
    private const ulong CommandLineAddress = 0x5800;
    private const ulong LowMemoryEnd = 0x9fc00;
    private const ulong HighMemoryStart = 0x100000;
    private const ulong LargePage = 2 << 20;
    private const ulong LargePageFlag = 1 << 7;
    private const uint Loadable = 1;
    private const uint Ram = 1;

    /// <summary>Loads it; returns its entry point.</summary>
    public static ulong Load(StartInformation* own)
    {
        if (own->ModuleCount == 0)
        {
            Platform.Fail("no module to run");
        }

        var module = (Module*)PageTable.ToVirtual(own->ModuleList);
        var file = (byte*)PageTable.ToVirtual(module->Address);
        var header = (ElfHeader*)file;
        for (int i = 0; i < header->ProgramHeaderCount; i++)
        {
            LoadSegment(file, (ProgramHeader*)(file + header->ProgramHeaders) + i);
        }

        WriteTables();
        WriteInformation();
        return header->Entry;
    }

    private static void LoadSegment(byte* file, ProgramHeader* segment)
    {
        if (segment->Type != Loadable)
        {
            return;
        }

        if (segment->PhysicalAddress > GuestMemory.Bytes || segment->MemorySize > GuestMemory.Bytes - segment->PhysicalAddress)
        {
            Platform.Fail("the module does not fit into the guest's memory");
        }

        byte* place = GuestMemory.At(segment->PhysicalAddress);
        for (ulong i = 0; i < segment->FileSize; i++)
        {
            place[i] = file[segment->Offset + i];
        }
    }

    private static void WriteTables()
    {
        const ulong Table = PageTable.Present | PageTable.Writable;
        *(ulong*)GuestMemory.At(Tables) = (Tables + 0x1000) | Table;
        *(ulong*)GuestMemory.At(Tables + 0x1000) = (Tables + 0x2000) | Table;
        var entries = (ulong*)GuestMemory.At(Tables + 0x2000);
        for (ulong address = 0; address < GuestMemory.Bytes; address += LargePage)
        {
            entries[address / LargePage] = address | Table | LargePageFlag;
        }

        var descriptors = (ulong*)GuestMemory.At(Descriptors);
        descriptors[1] = 0x00AF_9B00_0000_FFFF;
        descriptors[2] = 0x00CF_9300_0000_FFFF;
    }

    private static void WriteInformation()
    {
        var information = (StartInformation*)GuestMemory.At(StartInformationAddress);
        information->Magic = StartInformation.MagicValue;
        information->Version = 1;
        information->CommandLine = CommandLineAddress;
        information->MemoryMap = MapAddress;
        information->MemoryMapCount = 2;
        var map = (MemoryRange*)GuestMemory.At(MapAddress);
        map[0] = new MemoryRange { Address = 0, Size = LowMemoryEnd, Type = Ram };
        map[1] = new MemoryRange { Address = HighMemoryStart, Size = GuestMemory.Bytes - HighMemoryStart, Type = Ram };
        byte* text = GuestMemory.At(CommandLineAddress);
        ReadOnlySpan<byte> line = Platform.CommandLine;
        for (int i = 0; i < line.Length; i++)
        {
            text[i] = line[i];
        }
    }
}
