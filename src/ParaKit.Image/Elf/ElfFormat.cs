namespace ParaKit.Image.Elf;

/// <summary>Numbers of the ELF format (System V ABI, "Object Files"; Intel386 and AMD64 supplements, "Relocation Types").</summary>
internal static class ElfFormat
{
    internal static ReadOnlySpan<byte> Magic => "\u007fELF"u8;

    internal const int HeaderSize = 64;
    internal const int HeaderSize32 = 52;
    internal const int ProgramHeaderSize = 56;
    internal const int SectionHeaderSize = 64;
    internal const int SymbolSize = 24;
    internal const int RelocationSize = 24;

    internal const byte Class32 = 1;
    internal const byte Class64 = 2;
    internal const byte LittleEndian = 1;
    internal const byte CurrentVersion = 1;
    internal const ushort TypeRelocatable = 1;
    internal const ushort TypeExecutable = 2;
    internal const ushort TypeShared = 3;
    internal const ushort Machine386 = 3;
    internal const ushort MachineX8664 = 62;

    internal const uint SegmentLoad = 1;
    internal const uint SegmentNote = 4;
    internal const uint SegmentExecutable = 1;
    internal const uint SegmentWritable = 2;
    internal const uint SegmentReadable = 4;

    internal const uint SectionNull = 0;
    internal const uint SectionProgramBits = 1;
    internal const uint SectionSymbolTable = 2;
    internal const uint SectionStringTable = 3;
    internal const uint SectionRelocationsWithAddends = 4;
    internal const uint SectionNote = 7;
    internal const uint SectionRelocations = 9;
    internal const uint SectionDynamicSymbols = 11;
    internal const uint SectionNoBits = 8;

    internal const ulong FlagWritable = 1;
    internal const ulong FlagAllocated = 2;
    internal const ulong FlagExecutable = 4;

    internal const byte SymbolNoType = 0;
    internal const byte SymbolObject = 1;
    internal const byte SymbolFunction = 2;
    internal const byte SymbolSection = 3;
    internal const byte SymbolIndirectFunction = 10;
    internal const ushort UndefinedSection = 0;
    internal const ushort FirstReservedSection = 0xff00;
    internal const ushort AbsoluteSection = 0xfff1;

    internal const uint RelocationAbsolute64 = 1;
    internal const uint RelocationRelative32 = 2;
    internal const uint RelocationCall32 = 4;
    internal const uint RelocationRelative = 8;
    internal const uint RelocationAbsolute32 = 10;
    internal const uint RelocationAbsolute32Signed = 11;
}
