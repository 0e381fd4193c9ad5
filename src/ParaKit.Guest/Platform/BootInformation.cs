namespace ParaKit.Guest;

/// <summary>What a boot protocol told the kernel, in one form.</summary>
internal unsafe struct BootInformation
{
    internal ulong MemoryBytes;
    internal ulong FirstFreeAddress;
    internal ulong MappedBytes;
    internal ulong AcpiRoot;
    internal byte* CommandLine;
    internal int CommandLineLength;

    /// <summary>Sets the command line to the zero-terminated text at <paramref name="text"/>, at most <paramref name="limit"/> bytes.</summary>
    internal void SetCommandLine(byte* text, int limit)
    {
        CommandLine = text;
        while (CommandLineLength < limit && text[CommandLineLength] != 0)
        {
            CommandLineLength++;
        }
    }
}
