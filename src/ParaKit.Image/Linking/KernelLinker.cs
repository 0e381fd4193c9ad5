using ParaKit.Image.Dwarf;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>
/// Links one object file of the NativeAOT compiler into a bootable kernel image: adds start-up, trap and runtime code, places everything,
/// relocates, and replaces calls of machine operations by the instructions themselves. The result depends on the input bytes alone.
/// </summary>
public sealed class KernelLinker
{
    private readonly ObjectFile _file;
    private readonly LinkOptions _options;
    private readonly ImagePlan _plan;
    private readonly List<LinkDiagnostic> _errors = [];
    private readonly List<PatchSite> _patches = [];

    private KernelLinker(ObjectFile file, LinkOptions options)
    {
        _file = file;
        _options = options;
        _plan = new ImagePlan(file, options);
    }

    /// <summary>Links <paramref name="objectFile"/>.</summary>
    /// <param name="objectFile">The ELF object's bytes.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="options">Mode and sizes.</param>
    /// <exception cref="ImageFormatException">The object file is damaged or not an x86-64 ELF object.</exception>
    public static LinkResult Link(ReadOnlyMemory<byte> objectFile, string name, LinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new KernelLinker(ObjectFile.Parse(objectFile, name), options).Run();
    }

    private LinkResult Run()
    {
        _plan.RequireRoots();
        foreach (string symbol in ReferencedSymbols())
        {
            _plan.Require(symbol);
        }

        _plan.Place();
        RelocateDebugSections();
        LineTable lines = _file.ReadLines();
        ReportMissing(lines);
        ReportSensitiveOperations(lines);
        _errors.AddRange(_plan.UserProgram?.Errors(lines) ?? []);
        if (_errors.Count == 0)
        {
            foreach (InputSection section in _file.Sections.Where(s => s.IsAllocated && s.HasBits))
            {
                Relocate(section, lines);
            }
        }

        return new LinkResult
        {
            Errors = [.. _errors],
            Image = _errors.Count == 0 ? ImageWriter.Write(_plan, _file, _options, _patches) : default,
            Patches = [.. _patches.OrderBy(p => p.Address)],
        };
    }

    private IEnumerable<string> ReferencedSymbols() => _file.Sections
        .Where(s => s.IsAllocated)
        .SelectMany(s => s.Relocations)
        .Select(r => _file.Symbols[r.Symbol])
        .Where(s => !s.IsDefined && s.Name.Length > 0)
        .Select(s => s.Name)
        .Distinct();

    private void ReportMissing(LineTable lines)
    {
        foreach (string symbol in _plan.Missing.Order(StringComparer.Ordinal))
        {
            (InputSection Section, Relocation Relocation)? user = FirstUse(symbol);
            string where = user is { } u ? $" (used in '{_file.FunctionAt(u.Section, u.Relocation.Offset)}')" : "";
            _errors.Add(new LinkDiagnostic(
                LinkDiagnostic.UndefinedSymbol,
                $"undefined symbol '{symbol}'{where}. {Advice(symbol)}",
                user is { } v ? LineOf(v.Section, v.Relocation, lines) : null));
        }
    }

    private static string Advice(string symbol) => symbol switch
    {
        "kernel_main" => "A kernel starts at a static method with [RuntimeExport(\"kernel_main\")] and one ulong parameter.",
        "kernel_trap" => "A kernel with trap entries needs a static method with [RuntimeExport(\"kernel_trap\")] that takes and returns TrapFrame*.",
        _ when symbol.StartsWith("pk_", StringComparison.Ordinal) => "This image mode does not provide it.",
        _ => "The code uses something that the freestanding runtime does not have.",
    };

    /// <summary>In a paravirtual image nothing may reach a native sensitive operation: what is left was not rewritten.</summary>
    private void ReportSensitiveOperations(LineTable lines)
    {
        if (_options.Mode != ImageMode.Paravirt)
        {
            return;
        }

        foreach (InputSection section in _file.Sections.Where(s => s.IsAllocated))
        {
            foreach (Relocation relocation in section.Relocations)
            {
                string symbol = _file.Symbols[relocation.Symbol].Name;
                if (MachineOperations.Find(symbol) is { IsSensitive: true })
                {
                    _errors.Add(new LinkDiagnostic(
                        LinkDiagnostic.PrivilegedOperation,
                        $"the native operation '{symbol}' is left in the paravirtual image, in '{_file.FunctionAt(section, relocation.Offset)}'. "
                            + "Call it as a method of X86, so that it can be rewritten, not through a delegate, pointer or property.",
                        LineOf(section, relocation, lines)));
                }
            }
        }
    }

    private void RelocateDebugSections()
    {
        foreach (InputSection section in _file.Sections.Where(s => s.IsDebug))
        {
            foreach (Relocation relocation in section.Relocations)
            {
                ElfSymbol symbol = _file.Symbols[relocation.Symbol];
                ulong target = symbol.IsDefined ? _file.AddressOf(symbol) : 0;
                if (Relocator.Apply(section.Data, relocation, target, relocation.Offset) is { } problem)
                {
                    _errors.Add(new LinkDiagnostic(LinkDiagnostic.BadRelocation, $"{section.Name}+0x{relocation.Offset:x}: {problem}.", null));
                }
            }
        }
    }

    private void Relocate(InputSection section, LineTable lines)
    {
        foreach (Relocation relocation in section.Relocations)
        {
            ElfSymbol symbol = _file.Symbols[relocation.Symbol];
            if (section.IsExecutable && !symbol.IsDefined && TryPatch(section, relocation, symbol.Name))
            {
                continue;
            }

            ulong target = symbol.IsDefined ? _file.AddressOf(symbol) : _plan.Symbols.AddressOf(symbol.Name);
            if (Relocator.Apply(section.Data, relocation, target, section.Address + relocation.Offset) is { } problem)
            {
                _errors.Add(new LinkDiagnostic(
                    LinkDiagnostic.BadRelocation,
                    $"{section.Name}+0x{relocation.Offset:x} ('{_file.FunctionAt(section, relocation.Offset)}' refers to '{symbol.Name}'): {problem}.",
                    LineOf(section, relocation, lines)));
            }
        }
    }

    private bool TryPatch(InputSection section, Relocation relocation, string symbol)
    {
        if (MachineOperations.Find(symbol) is not { } operation)
        {
            return false;
        }

        int start = (int)relocation.Offset - 1;
        byte[] before = relocation.Offset >= 1 ? section.Data[start..(start + 5)] : [];
        if (!CallSitePatcher.TryPatch(section.Data, relocation, operation))
        {
            return false;
        }

        _patches.Add(new PatchSite(
            section.Address + (ulong)start, _file.FunctionAt(section, relocation.Offset), symbol, before, section.Data.AsSpan(start, before.Length).ToArray()));
        return true;
    }

    private (InputSection Section, Relocation Relocation)? FirstUse(string symbol)
    {
        foreach (InputSection section in _file.Sections.Where(s => s.IsAllocated))
        {
            foreach (Relocation relocation in section.Relocations)
            {
                if (_file.Symbols[relocation.Symbol].Name == symbol)
                {
                    return (section, relocation);
                }
            }
        }

        return null;
    }

    private static SourceLine? LineOf(InputSection section, Relocation relocation, LineTable lines) =>
        lines.TryFind(section.Address + relocation.Offset, out SourceLine line) ? line : null;
}
