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
        graph.Visit(start);
        while (graph._pending.TryDequeue(out Atom? atom))
        {
            graph.Follow(atom);
        }

        return graph;
    }

    private void Follow(Atom atom)
    {
        foreach (Relocation relocation in atom.Relocations)
        {
            ElfSymbol symbol = _file.Symbols[relocation.Symbol];
            if (symbol.IsDefined)
            {
                Visit(symbol);
            }
            else
            {
                External.Add((atom, relocation, symbol.Name));
            }
        }
    }

    private void Visit(ElfSymbol symbol)
    {
        InputSection section = _file.Sections[symbol.SectionIndex];
        (ulong start, ulong end, string name) = Bounds(section, symbol);
        if (_known.ContainsKey((section.Index, start)))
        {
            return;
        }

        var atom = new Atom(name, section, start, end - start);
        _known.Add((section.Index, start), atom);
        Reached.Add(atom);
        _pending.Enqueue(atom);
    }

    /// <summary>From a symbol's start, or the next lower one's, to the next symbol or the section's end.</summary>
    private (ulong Start, ulong End, string Name) Bounds(InputSection section, ElfSymbol symbol)
    {
        ulong start = symbol.Value;
        ulong end = section.Size;
        foreach (ElfSymbol other in _file.Symbols)
        {
            if (other.SectionIndex == section.Index && other.Type != ElfFormat.SymbolSection && other.Value > start && other.Value < end)
            {
                end = other.Value;
            }
        }

        return (start, end, symbol.Name);
    }
}
