using ParaKit.Image.Dwarf;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Dwarf;

/// <summary>DWARF Debugging Information Format, "Line Number Information": hand-made programs and the sample's.</summary>
public sealed class LineTableTests
{
    private const int LineBase = -5;
    private const byte LineRange = 14;
    private const byte OpcodeBase = 13;

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void SampleKernel_FindsTheLineOfMain(string mode)
    {
        KernelImage image = Sample.Load(mode);
        Assert.True(image.TryFindLine(image.AddressOf("kernel_main"), out SourceLine line));
        Assert.Equal("/guest/Kernel.cs", line.File);
        int declared = Sample.LineOf("Kernel.cs", "static void Main(");
        Assert.InRange(line.Line, declared, declared + 2);
    }

    [Fact]
    public void SampleKernel_KnowsEverySourceFile()
    {
        KernelImage image = Sample.Load("native");
        ImageSegment code = image.Segments.First(s => s.Executable);
        HashSet<string> files = [];
        for (ulong address = code.VirtualAddress; address < code.VirtualAddress + code.MemorySize; address++)
        {
            if (image.TryFindLine(address, out SourceLine line))
            {
                files.Add(Path.GetFileName(line.File));
            }
        }

        Assert.Superset(new HashSet<string> { "Kernel.cs", "SelfCheck.cs", "Scheduler.cs", "AddressSpace.cs" }, files);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Program_GivesItsRows(int version)
    {
        LineTable table = LineTable.Read(Unit(version, 0x1000, [AdvanceLine(9), [1], [AdvanceBy(4, 1)], [2, 6], EndSequence]));
        Assert.Equal(("dir/a.cs", 10), At(table, 0x1000));
        Assert.Equal(("dir/a.cs", 10), At(table, 0x1003));
        Assert.Equal(("dir/a.cs", 11), At(table, 0x1004));
        Assert.Null(At(table, 0x0fff));
        Assert.Null(At(table, 0x100a));
    }

    [Fact]
    public void SequenceThatStartsWhereAnotherEnds_Wins()
    {
        byte[] upper = Unit(4, 0x1010, [AdvanceLine(49), [1], [2, 16], EndSequence]);
        byte[] lower = Unit(4, 0x1000, [AdvanceLine(19), [1], [2, 16], EndSequence]);
        foreach (byte[] section in new[] { [.. upper, .. lower], (byte[])[.. lower, .. upper] })
        {
            LineTable table = LineTable.Read(section);
            Assert.Equal(("dir/a.cs", 20), At(table, 0x100f));
            Assert.Equal(("dir/a.cs", 50), At(table, 0x1010));
            Assert.Null(At(table, 0x1020));
        }
    }

    [Fact]
    public void SeveralRowsOfOneAddress_TheLastHolds()
    {
        byte[][] rows = [.. Enumerable.Repeat<byte[]>([.. AdvanceLine(1), 1], 40)];
        LineTable table = LineTable.Read(Unit(4, 0x1000, [.. rows, [2, 16], EndSequence]));
        Assert.Equal(("dir/a.cs", 41), At(table, 0x1008));
    }

    [Fact]
    public void UnknownFileAndTruncation_AreNoErrors()
    {
        byte[] unit = Unit(4, 0x1000, [[4, 99], [1], [2, 16], EndSequence]);
        Assert.Equal(("?", 1), At(LineTable.Read(unit), 0x1000));
        for (int length = 0; length < unit.Length; length++)
        {
            LineTable.Read(unit.AsMemory(0, length)).TryFind(0x1000, out _);
        }
    }

    /// <summary>File names repeat their directory; a table of many files in a long directory must not be spelled out.</summary>
    [Fact]
    public void ManyFilesInALongDirectory_CostNoMoreThanTheirBytes()
    {
        const int Files = 50_000;
        byte[] tables = [.. Enumerable.Repeat((byte)'d', 200_000), 0, 0, .. Enumerable.Repeat<byte[]>([(byte)'f', 0, 1, 0, 0], Files).SelectMany(b => b), 0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        LineTable table = LineTable.Read(Unit(4, 0x1000, [[1], [2, 16], EndSequence], tables));
        Assert.NotNull(At(table, 0x1000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    private static byte[] EndSequence => [0, 1, 1];

    private static byte[] AdvanceLine(byte lines) => [3, lines];

    private static byte AdvanceBy(int bytes, int lines) => (byte)((bytes * LineRange) + lines - LineBase + OpcodeBase);

    private static (string File, int Line)? At(LineTable table, ulong address) =>
        table.TryFind(address, out SourceLine line) ? (line.File, line.Line) : null;

    private static byte[] Unit(int version, ulong address, byte[][] program, byte[]? fileTables = null)
    {
        byte[] lengths = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
        byte[] files = fileTables ?? [.. "dir\0\0a.cs\0"u8, 1, 0, 0, 0];
        byte[] header = [1, .. version >= 4 ? new byte[] { 1 } : [], 1, unchecked((byte)LineBase), LineRange, OpcodeBase, .. lengths, .. files];
        byte[] code = [0, 9, 2, .. BitConverter.GetBytes(address), .. program.SelectMany(p => p)];
        byte[] body = [(byte)version, 0, .. BitConverter.GetBytes(header.Length), .. header, .. code];
        return [.. BitConverter.GetBytes(body.Length), .. body];
    }
}
