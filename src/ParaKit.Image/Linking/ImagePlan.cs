namespace ParaKit.Image.Linking;

/// <summary>What goes into an image and where: sections of the object file, routines, tables and reserved memory.</summary>
internal sealed class ImagePlan
{
    private const string TrapTableSymbol = "pk_trap_entries";

    private readonly ObjectFile _file;
    private readonly ImageMode _mode;
    private readonly RoutinePlacer _routines;
    private readonly ChunkGroup _text = new(".text", writable: false, executable: true, hasBits: true);
    private readonly ChunkGroup _readOnly = new(".rodata", writable: false, executable: false, hasBits: true);
    private readonly ChunkGroup _data = new(".data", writable: true, executable: false, hasBits: true);
    private readonly ChunkGroup _bss = new(".bss", writable: true, executable: false, hasBits: false);
    private readonly List<(InputSection Section, Chunk Chunk)> _sections = [];
    private readonly HashSet<string> _missing = [];

    internal ImagePlan(ObjectFile file, LinkOptions options)
    {
        _file = file;
        _mode = options.Mode;
        Symbols = new SymbolSpace(file);
        _routines = new RoutinePlacer(new RoutineLibrary(options.Mode), Symbols, _text, TryDefine);
        Notes = new Chunk(NoteWriter.Section, NoteWriter.MeasureSize(options.Mode), 4) { Bytes = _ => NoteWriter.Write(options.Mode, Symbols.AddressOf) };
        UserProgram = UserProgram.TryExtract(file, options);
        _readOnly.Add(Notes);
        PlanReservations(options);
        foreach (InputSection section in file.Sections.Where(s => s.IsAllocated && s.Size > 0))
        {
            _sections.Add((section, AddSection(section)));
        }
    }

    internal SymbolSpace Symbols { get; }

    internal Chunk Notes { get; }

    internal UserProgram? UserProgram { get; }

    /// <summary>The output sections in address order.</summary>
    internal IReadOnlyList<ChunkGroup> Groups => [_text, _readOnly, _data, _bss];

    /// <summary>First address after the image.</summary>
    internal ulong End { get; private set; }

    /// <summary>Value of the ELF header's entry field.</summary>
    internal ulong EntryAddress => _mode == ImageMode.Native
        ? KernelLayout.ToPhysical(Symbols.AddressOf(NativeRoutines.Entry64))
        : Symbols.AddressOf(ParavirtualRoutines.Entry);

    /// <summary>Names that something needs and nothing defines.</summary>
    internal IReadOnlyCollection<string> Missing => _missing;

    internal void RequireRoots()
    {
        string[] roots = _mode == ImageMode.Native
            ? [NativeRoutines.Entry64, NativeRoutines.Entry32]
            : [ParavirtualRoutines.Entry, ParavirtualRoutines.HypercallPage];
        foreach (string root in roots)
        {
            _routines.Require(root, _missing);
        }

        bool installsHandlers = _file.Symbols.Any(s => s.Name == TrapTableSymbol);
        if (_mode == ImageMode.Paravirt && !installsHandlers && !Symbols.Contains(ParavirtualRoutines.UnhandledTrap.Symbol))
        {
            _routines.Add(ParavirtualRoutines.UnhandledTrap);
        }
    }

    internal void Require(string symbol) => _routines.Require(symbol, _missing);

    internal void Place()
    {
        ulong address = KernelLayout.KernelBase + KernelLayout.LoadAddress;
        foreach (ChunkGroup group in Groups)
        {
            address = KernelLayout.AlignUp(group.Place(address), KernelLayout.PageSize);
        }

        End = address;
        if (End - KernelLayout.KernelBase > KernelLayout.MappedAtBoot)
        {
            throw new ImageFormatException($"The image would need {KernelLayout.ToPhysical(End) >> 20} MiB of memory; {KernelLayout.MappedAtBoot >> 20} MiB are mapped at boot.");
        }

        foreach ((InputSection section, Chunk chunk) in _sections)
        {
            section.Address = chunk.Address;
        }
    }

    private void PlanReservations(LinkOptions options)
    {
        Reserve("pk_stack", options.StackBytes);
        Symbols.Add("pk_stack_top", () => Symbols.AddressOf("pk_stack") + options.StackBytes);
        Reserve("pk_heap_start", options.HeapBytes);
        Symbols.Add("pk_heap_end", () => Symbols.AddressOf("pk_heap_start") + options.HeapBytes);
        Symbols.Add("pk_image_end", () => End);
        AddTable(_data, "__security_cookie", 8, 8, _ => StackCookie());
        if (_mode == ImageMode.Native)
        {
            PlanBootData();
        }
        else
        {
            Reserve("pk_shared_info", KernelLayout.PageSize);
            ulong poolBytes = (ulong)options.PoolPages * KernelLayout.PageSize;
            Reserve("pk_pool_start", poolBytes);
            Symbols.Add("pk_pool_end", () => Symbols.AddressOf("pk_pool_start") + poolBytes);
        }

        if (UserProgram is { } user)
        {
            AddTable(_readOnly, "pk_user_start", user.Size, KernelLayout.PageSize, _ => user.Render());
            Symbols.Add("pk_user_data", () => Symbols.AddressOf("pk_user_start") + user.DataOffset);
            Symbols.Add("pk_user_end", () => Symbols.AddressOf("pk_user_start") + user.Size);
        }
    }

    private void PlanBootData()
    {
        AddTable(_data, BootData.PageTables, BootData.PageTablesSize, KernelLayout.PageSize, c => BootData.BuildPageTables(c.Address));
        AddTable(_data, BootData.Gdt, BootData.GdtSize, 16, _ => BootData.BuildGdt());
        AddTable(_data, BootData.GdtPointer, BootData.GdtPointerSize, 16, _ => BootData.BuildGdtPointer(Symbols.AddressOf(BootData.Gdt)));
        AddTable(_data, BootData.GdtPointerPhysical, BootData.GdtPointerSize, 16, _ => BootData.BuildGdtPointer(KernelLayout.ToPhysical(Symbols.AddressOf(BootData.Gdt))));
    }

    /// <summary>Names that are not code but appear only when something asks for them.</summary>
    private bool TryDefine(string name)
    {
        if (name == TrapTableSymbol)
        {
            AddTrapTable();
            return true;
        }

        if (_mode == ImageMode.Paravirt
            && ParavirtualRoutines.TryParseHypercall(name, out int arguments, out int number) && arguments <= 3)
        {
            Symbols.Add(name, () => ParavirtualRoutines.StubAddress(Symbols.AddressOf(ParavirtualRoutines.HypercallPage), number));
            return true;
        }

        return false;
    }

    private void AddTrapTable()
    {
        AddTable(_readOnly, TrapTableSymbol, TrapRoutines.VectorCount * sizeof(ulong), 16, _ => TrapTable());
        for (int vector = 0; vector < TrapRoutines.VectorCount; vector++)
        {
            _routines.Require(TrapRoutines.EntryOf(vector), _missing);
        }
    }

    private byte[] TrapTable()
    {
        byte[] table = new byte[TrapRoutines.VectorCount * sizeof(ulong)];
        for (int vector = 0; vector < TrapRoutines.VectorCount; vector++)
        {
            BitConverter.TryWriteBytes(table.AsSpan(vector * sizeof(ulong)), Symbols.AddressOf(TrapRoutines.EntryOf(vector)));
        }

        return table;
    }

    private Chunk AddSection(InputSection section)
    {
        ChunkGroup group = section.IsExecutable ? _text : !section.IsWritable ? _readOnly : section.HasBits ? _data : _bss;
        var chunk = new Chunk(section.Name, section.Size, section.Alignment) { Bytes = section.HasBits ? _ => section.Data : null };
        group.Add(chunk);
        return chunk;
    }

    private void Reserve(string symbol, ulong size)
    {
        var chunk = new Chunk(symbol, size, KernelLayout.PageSize);
        _bss.Add(chunk);
        Symbols.Add(symbol, () => chunk.Address);
    }

    private void AddTable(ChunkGroup group, string symbol, ulong size, ulong alignment, Func<Chunk, byte[]> bytes)
    {
        var chunk = new Chunk(symbol, size, alignment) { Bytes = c => bytes(c) };
        group.Add(chunk);
        Symbols.Add(symbol, () => chunk.Address);
    }

    // Images are reproducible, so the stack protector's secret cannot be random; it still detects overruns.
    private static byte[] StackCookie() => [0x00, 0x5a, 0x0d, 0x0a, 0xff, 0xa5, 0x3c, 0xc3];
}
