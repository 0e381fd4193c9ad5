namespace ParaKit.Image.Dwarf;

/// <summary>Header of a line-number program, versions 2 to 4.</summary>
internal sealed class LineProgramHeader
{
    internal byte MinimumInstructionLength { get; private init; }

    internal sbyte LineBase { get; private init; }

    internal byte LineRange { get; private init; }

    internal byte OpcodeBase { get; private init; }

    internal byte[] OperandCounts { get; private init; } = [];

    internal List<LineFile> Files { get; } = [];

    /// <summary>Reads the header after the version field; the reader is left at the first opcode.</summary>
    internal static LineProgramHeader Read(ref DwarfReader unit, ushort version)
    {
        DwarfReader fields = unit.Split(unit.U32());
        byte minimum = fields.U8();
        if (version >= 4)
        {
            fields.U8(); // maximum operations per instruction: 1 on x86
        }

        fields.U8(); // default_is_stmt
        var header = new LineProgramHeader
        {
            MinimumInstructionLength = minimum,
            LineBase = (sbyte)fields.U8(),
            LineRange = fields.U8(),
            OpcodeBase = Math.Max(fields.U8(), (byte)1),
            OperandCounts = new byte[255],
        };
        for (int i = 0; i < header.OpcodeBase - 1; i++)
        {
            header.OperandCounts[i] = fields.U8();
        }

        header.ReadFiles(ref fields);
        return header;
    }

    private void ReadFiles(ref DwarfReader fields)
    {
        List<string> directories = [];
        for (string name = fields.String(); name.Length > 0; name = fields.String())
        {
            directories.Add(name);
        }

        for (string name = fields.String(); name.Length > 0; name = fields.String())
        {
            int directory = (int)fields.Uleb();
            fields.Uleb(); // modification time
            fields.Uleb(); // length in bytes
            Files.Add(new LineFile(directory >= 1 && directory <= directories.Count ? directories[directory - 1] : "", name));
        }
    }
}
