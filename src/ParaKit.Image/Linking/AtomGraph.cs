using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>A function or datum of the object file: the smallest piece that can be placed on its own.</summary>
internal sealed class Atom(string name, InputSection section, ulong offset, ulong size)
{
    internal string Name { get; } = name;

    internal InputSection Section { get; } = section;

    internal ulong Offset { get; } = offset;

    internal ulong Size { get; } = size;

    internal Chunk? Chunk { get; set; }

    /// <summary>References to other functions of the section that carry no relocation.</summary>
    internal IReadOnlyList<LocalReference> LocalReferences { get; } =
        section.IsExecutable ? [.. LocalReference.Find(section, offset, size)] : [];

    internal IEnumerable<Relocation> Relocations => Section.Relocations.Where(r => r.Offset >= Offset && r.Offset < Offset + Size);
}

/// <summary>The atoms that are reachable from one symbol through relocations.</summary>
internal sealed class AtomGraph
{
    private readonly ObjectFile _file;
    private readonly Dictionary<(int Section, ulong Offset), Atom> _known = [];
    private readonly Queue<Atom> _pending = new();

    private AtomGraph(ObjectFile file) => _file = file;

    /// <summary>Reached atoms, the starting one first.</summary>
    internal List<Atom> Reached { get; } = [];

    /// <summary>References to symbols that the object file does not define.</summary>
    internal List<(Atom Atom, Relocation Relocation, string Symbol)> External { get; } = [];

    internal static AtomGraph Reach(ObjectFile file, ElfSymbol start)
    {
        var graph = new AtomGraph(file);
        graph.Visit(file.Sections[start.SectionIndex], start.Value, start.Name);
        while (graph._pending.TryDequeue(out Atom? atom))
        {
            graph.Follow(atom);
        }

        return graph;
    }

    private void Follow(Atom atom)
    {
        foreach (LocalReference reference in atom.LocalReferences)
        {
            Visit(atom.Section, reference.Target, _file.FunctionAt(atom.Section, reference.Target));
        }

        foreach (Relocation relocation in atom.Relocations)
        {
            ElfSymbol symbol = _file.Symbols[relocation.Symbol];
            if (symbol.IsDefined)
            {
                Visit(_file.Sections[symbol.SectionIndex], symbol.Value, symbol.Name);
            }
            else
            {
                External.Add((atom, relocation, symbol.Name));
            }
        }
    }

    private void Visit(InputSection section, ulong offset, string name)
    {
        (ulong start, ulong end) = Bounds(section, offset);
        if (_known.ContainsKey((section.Index, start)))
        {
            return;
        }

        var atom = new Atom(name, section, start, end - start);
        _known.Add((section.Index, start), atom);
        Reached.Add(atom);
        _pending.Enqueue(atom);
    }

    /// <summary>From the symbol at or before <paramref name="offset"/> to the next one or the section's end.</summary>
    private (ulong Start, ulong End) Bounds(InputSection section, ulong offset)
    {
        ulong start = 0;
        ulong end = section.Size;
        foreach (ElfSymbol symbol in _file.Symbols)
        {
            if (symbol.SectionIndex != section.Index || symbol.Type == ElfFormat.SymbolSection)
            {
                continue;
            }

            if (symbol.Value <= offset)
            {
                start = Math.Max(start, symbol.Value);
            }
            else
            {
                end = Math.Min(end, symbol.Value);
            }
        }

        return (start, end);
    }
}
