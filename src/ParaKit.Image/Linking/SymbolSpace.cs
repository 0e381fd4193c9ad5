using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>Everything a name can mean during a link: symbols of the object file and chunks that the linker adds.</summary>
internal sealed class SymbolSpace
{
    private readonly ObjectFile _file;
    private readonly Dictionary<string, ElfSymbol> _fromFile = [];
    private readonly Dictionary<string, Func<ulong>> _added = [];

    internal SymbolSpace(ObjectFile file)
    {
        _file = file;
        foreach (ElfSymbol symbol in file.Symbols.Where(s => s.IsDefined && s.Name.Length > 0))
        {
            _fromFile.TryAdd(symbol.Name, symbol);
        }
    }

    internal IEnumerable<string> Added => _added.Keys;

    internal bool Contains(string name) => _fromFile.ContainsKey(name) || _added.ContainsKey(name);

    internal bool IsInFile(string name) => _fromFile.ContainsKey(name);

    /// <summary>Defines a name whose address is known after placing.</summary>
    internal void Add(string name, Func<ulong> address) => _added.TryAdd(name, address);

    internal ulong AddressOf(string name) => _fromFile.TryGetValue(name, out ElfSymbol? symbol)
        ? _file.AddressOf(symbol)
        : _added.TryGetValue(name, out Func<ulong>? address)
            ? address()
            : throw new InvalidOperationException($"The symbol '{name}' was not resolved before layout.");
}
