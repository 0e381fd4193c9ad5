using ParaKit.Image.Elf;

namespace ParaKit.Image;

/// <summary>Function and object symbols sorted by address. Absolute symbols without a size are known by name only: they cover nothing.</summary>
internal sealed class SymbolTable
{
    private readonly ElfSymbol[] _byAddress;
    private readonly Dictionary<string, ulong> _byName = [];

    internal SymbolTable(IReadOnlyCollection<ElfSymbol> symbols)
    {
        _byAddress =
        [
            .. symbols.Where(s => (s.IsDefined || (s.IsAbsolute && s.Size > 0)) && s.Name.Length > 0 && s.Type != ElfFormat.SymbolSection)
                .OrderBy(s => s.Value).ThenBy(s => s.Name, StringComparer.Ordinal),
        ];
        foreach (ElfSymbol symbol in _byAddress.Concat(symbols.Where(s => s.IsAbsolute)))
        {
            _byName.TryAdd(symbol.Name, symbol.Value);
        }
    }

    internal IEnumerable<ImageSymbol> All =>
        _byAddress.Select(s => new ImageSymbol(s.Name, s.Value, s.Size, s.Type == ElfFormat.SymbolFunction));

    internal bool TryFind(ulong address, out SymbolHit hit)
    {
        int index = LastAtOrBelow(address);
        while (index >= 0)
        {
            ElfSymbol symbol = _byAddress[index];
            // A symbol without a size covers everything up to the next one.
            if (symbol.Size == 0 || address - symbol.Value < symbol.Size)
            {
                hit = new SymbolHit(symbol.Name, address - symbol.Value);
                return true;
            }

            if (index == 0 || _byAddress[index - 1].Value != symbol.Value)
            {
                break;
            }

            index--;
        }

        hit = default;
        return false;
    }

    internal bool TryGetAddress(string name, out ulong address) => _byName.TryGetValue(name, out address);

    private int LastAtOrBelow(ulong address)
    {
        int low = 0;
        int high = _byAddress.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_byAddress[middle].Value <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
