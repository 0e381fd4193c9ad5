namespace ParaKit.Image.Dwarf;

/// <summary>
/// Runs one line-number program (DWARF Debugging Information Format, "Line Number Information"), versions 2 to 4,
/// 32-bit format: what ilc and C compilers of its age write.
/// </summary>
internal static class LineProgram
{
    private const byte ExtendedOpcode = 0;
    private const byte EndSequence = 1;
    private const byte SetAddress = 2;
    private const byte DefineFile = 3;
    private const byte Copy = 1;
    private const byte AdvancePc = 2;
    private const byte AdvanceLine = 3;
    private const byte SetFile = 4;
    private const byte ConstAddPc = 8;
    private const byte FixedAdvancePc = 9;

    /// <summary>Runs the unit at the reader's position; false when the section cannot be followed any further.</summary>
    internal static bool TryRun(ref DwarfReader section, List<LineRow> rows)
    {
        uint length = section.U32();
        if (length is 0 or >= 0xfffffff0)
        {
            return false;
        }

        DwarfReader unit = section.Split(length);
        ushort version = unit.U16();
        if (version is < 2 or > 4)
        {
            return !section.Failed;
        }

        LineProgramHeader header = LineProgramHeader.Read(ref unit, version);
        if (!unit.Failed && header.LineRange != 0)
        {
            Execute(ref unit, header, rows);
        }

        return !section.Failed;
    }

    private static void Execute(ref DwarfReader code, LineProgramHeader header, List<LineRow> rows)
    {
        var state = new State();
        while (code.Remaining > 0 && !code.Failed)
        {
            byte opcode = code.U8();
            if (opcode >= header.OpcodeBase)
            {
                int adjusted = opcode - header.OpcodeBase;
                state.Address += (ulong)(adjusted / header.LineRange * header.MinimumInstructionLength);
                state.Line += header.LineBase + (adjusted % header.LineRange);
                rows.Add(state.Row(header, isEnd: false));
            }
            else if (opcode == ExtendedOpcode)
            {
                Extended(ref code, header, rows, ref state);
            }
            else
            {
                Standard(opcode, ref code, header, rows, ref state);
            }
        }
    }

    private static void Standard(byte opcode, ref DwarfReader code, LineProgramHeader header, List<LineRow> rows, ref State state)
    {
        switch (opcode)
        {
            case Copy:
                rows.Add(state.Row(header, isEnd: false));
                break;
            case AdvancePc:
                state.Address += code.Uleb() * header.MinimumInstructionLength;
                break;
            case AdvanceLine:
                state.Line += (int)code.Sleb();
                break;
            case SetFile:
                state.File = (int)code.Uleb();
                break;
            case ConstAddPc:
                state.Address += (ulong)((255 - header.OpcodeBase) / header.LineRange * header.MinimumInstructionLength);
                break;
            case FixedAdvancePc:
                state.Address += code.U16();
                break;
            default:
                for (int i = 0; i < header.OperandCounts[opcode - 1]; i++)
                {
                    code.Uleb();
                }

                break;
        }
    }

    private static void Extended(ref DwarfReader code, LineProgramHeader header, List<LineRow> rows, ref State state)
    {
        DwarfReader operation = code.Split(code.Uleb());
        switch (operation.U8())
        {
            case EndSequence:
                rows.Add(state.Row(header, isEnd: true));
                state = new State();
                break;
            case SetAddress:
                state.Address = operation.U64();
                break;
            case DefineFile:
                header.Files.Add(new LineFile("", operation.String()));
                break;
        }
    }

    private struct State()
    {
        internal ulong Address;
        internal int File = 1;
        internal int Line = 1;

        internal readonly LineRow Row(LineProgramHeader header, bool isEnd) =>
            new(Address, File >= 1 && File <= header.Files.Count ? header.Files[File - 1] : LineFile.Unknown, Line, isEnd);
    }
}
