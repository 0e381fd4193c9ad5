using System.Buffers.Binary;
using ParaKit.Image.Dwarf;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>
/// The user program: everything that <c>user_main</c> reaches, linked a second time for user addresses. The kernel carries it as data
/// and maps copies of its pages; kernel and user code share source, never memory.
/// </summary>
internal sealed class UserProgram
{
    internal const string EntrySymbol = "user_main";

    private readonly ObjectFile _file;
    private readonly List<Atom> _atoms;
    private readonly ChunkGroup _text = new("user.text", writable: false, executable: true, hasBits: true);
    private readonly ChunkGroup _data = new("user.data", writable: true, executable: false, hasBits: true);
    private readonly Dictionary<string, Chunk> _operations = [];
    private readonly List<(Atom Atom, Relocation Relocation, string Symbol)> _forbidden;

    private UserProgram(ObjectFile file, AtomGraph graph, ulong baseAddress)
    {
        _file = file;
        _atoms = graph.Reached;
        _forbidden = [.. graph.External.Where(e => !IsAllowed(e.Symbol))];
        foreach (Atom atom in _atoms)
        {
            var chunk = new Chunk(atom.Name, atom.Size, 16) { Bytes = _ => Relocated(atom) };
            (atom.Section.IsWritable ? _data : _text).Add(chunk);
            atom.Chunk = chunk;
        }

        AddOperations(graph.External.Select(e => e.Symbol).Where(IsAllowed).Distinct());
        ulong data = KernelLayout.AlignUp(_text.Place(baseAddress), KernelLayout.PageSize);
        DataOffset = data - baseAddress;
        Size = KernelLayout.AlignUp(_data.Place(data), KernelLayout.PageSize) - baseAddress;
    }

    /// <summary>Size of the program in memory: whole pages.</summary>
    internal ulong Size { get; }

    /// <summary>Where its writable part begins: a page boundary.</summary>
    internal ulong DataOffset { get; }

    /// <summary>Names and user addresses of its functions and data.</summary>
    internal IEnumerable<(string Name, ulong Address, ulong Size)> Symbols => _atoms.Select(a => ("user:" + a.Name, a.Chunk!.Address, a.Size));

    /// <summary>Extracts the program; null if the object file has none.</summary>
    internal static UserProgram? TryExtract(ObjectFile file, LinkOptions options)
    {
        ElfSymbol? entry = file.Symbols.FirstOrDefault(s => s.Name == EntrySymbol && s.IsDefined);
        return entry is null ? null : new UserProgram(file, AtomGraph.Reach(file, entry), options.UserBase);
    }

    internal IEnumerable<LinkDiagnostic> Errors(LineTable lines) => _forbidden.Select(f => new LinkDiagnostic(
        LinkDiagnostic.UserProgram,
        $"the user program reaches '{f.Symbol}' (in '{f.Atom.Name}'), which exists only in the kernel.",
        lines.TryFind(f.Atom.Section.Address + f.Relocation.Offset, out SourceLine line) ? line : null));

    /// <summary>The program's bytes, text then data.</summary>
    internal byte[] Render()
    {
        byte[] image = new byte[Size];
        _text.Render().CopyTo(image, 0);
        _data.Render().CopyTo(image, (int)DataOffset);
        return image;
    }

    private static bool IsAllowed(string symbol) =>
        MachineOperations.Find(symbol) is { IsSensitive: false } || RuntimeRoutines.All.Any(r => r.Symbol == symbol)
        || symbol == "__security_cookie";

    private void AddOperations(IEnumerable<string> symbols)
    {
        var library = new RoutineLibrary(ImageMode.Native);
        foreach (string symbol in symbols)
        {
            var chunk = library.Find(symbol) is { } routine
                ? new Chunk(symbol, KernelLayout.AlignUp((ulong)routine.Encode(0, _ => 0).Length, 16), 16) { Bytes = c => routine.Encode(c.Address, AddressOf) }
                : new Chunk(symbol, 8, 8);
            _text.Add(chunk);
            _operations.Add(symbol, chunk);
        }
    }

    private ulong AddressOf(string symbol) => _operations.TryGetValue(symbol, out Chunk? chunk)
        ? chunk.Address
        : _atoms.First(a => a.Name == symbol).Chunk!.Address;

    private byte[] Relocated(Atom atom)
    {
        byte[] bytes = atom.Section.HasBits ? atom.Section.Original[(int)atom.Offset..(int)(atom.Offset + atom.Size)] : new byte[atom.Size];
        foreach (Relocation relocation in atom.Relocations)
        {
            ElfSymbol symbol = _file.Symbols[relocation.Symbol];
            Relocation local = relocation with { Offset = relocation.Offset - atom.Offset };
            ulong target = symbol.IsDefined ? Translate(symbol.SectionIndex, symbol.Value) : AddressOf(symbol.Name);
            if (Relocator.Apply(bytes, local, target, atom.Chunk!.Address + local.Offset) is { } problem)
            {
                throw new ImageFormatException($"The user program's '{atom.Name}' cannot be relocated: {problem}.");
            }
        }

        foreach (LocalReference reference in atom.LocalReferences)
        {
            ulong target = Translate(atom.Section.Index, reference.Target);
            ulong end = atom.Chunk!.Address + reference.End - atom.Offset;
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((int)(reference.Field - atom.Offset)), (int)(target - end));
        }

        return bytes;
    }

    private ulong Translate(int section, ulong offset)
    {
        Atom atom = _atoms.First(a => a.Section.Index == section && offset >= a.Offset && offset < a.Offset + Math.Max(a.Size, 1));
        return atom.Chunk!.Address + offset - atom.Offset;
    }
}
