using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests;

/// <summary>
/// Reads the folder Corpus. Each line there is one snippet with its expected diagnostics marked; a comment line says what the lines below
/// are (<c>// statements</c> of a method, <c>// members</c> of a class, both also <c>of a driver</c> or <c>of operations</c> on objects, a whole <c>// file</c>) or, with <c>// rules:</c>, which rules'
/// diagnostics count in this file. A line break within a snippet is written ¶. Rules that advise on nearly every line count only where they are named.
/// </summary>
internal static class Corpora
{
    internal static readonly string[] Advisory = [RuleIds.PrivilegedOperation, RuleIds.SensitiveUnprivilegedOperation];

    internal static IEnumerable<Snippet> Read() =>
        Directory.GetFiles(AllRules.Folder("Corpus"), "*.cs").Order().SelectMany(Read);

    private static IEnumerable<Snippet> Read(string path)
    {
        const string Rules = "// rules:";
        string kind = "";
        string[]? rules = null;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.StartsWith(Rules, StringComparison.Ordinal))
            {
                rules = line[Rules.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
            else if (line is "// statements" or "// members" or "// statements of a driver" or "// members of a driver" or "// statements of operations" or "// members of operations" or "// file")
            {
                kind = line[3..];
            }
            else if (line.Length > 0)
            {
                yield return new Snippet($"{Path.GetFileName(path)}:{number}", MarkedSource.Parse(Wrap(kind, line.Replace('¶', '\n'))), rules);
            }
        }
    }

    private static string Wrap(string kind, string text) => kind switch
    {
        "statements" => Prelude + "    void M(int n, ulong value, byte* bytes)\n    {\n        " + text + "\n    }\n}\n",
        "members" => Prelude + "    " + text + "\n}\n",
        "statements of a driver" => DriverPrelude.Text + "    void M(Request* request, int n, Pfn frame, Span<Request> span, ref Request place)\n    {\n        " + text + "\n    }\n}\n",
        "members of a driver" => DriverPrelude.Text + "    " + text + "\n}\n",
        "statements of operations" => InstanceOperations + "    void M(int n)\n    {\n        " + text + "\n    }\n}\n",
        "members of operations" => InstanceOperations + "    " + text + "\n}\n",
        "file" => text + "\n",
        _ => throw new FormatException("A corpus file starts with the kind of its lines."),
    };

    private const string Prelude = """
        using System;
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        class Node { public Node Next = null!; public int Value; }
        interface IDevice { void Interrupt(); }
        static class Other { public static void Cli() { } public static void Hlt() { } }
        struct Other2 { public ulong Cs; }
        class Cpu
        {
            public static ulong Cr3 { [Sensitive("mov", Sensitivity.Privileged)] get => ReadCr3(); [Sensitive("mov", Sensitivity.Privileged)] set { } }
            public static ulong Root => ReadCr3();
            public ulong this[int i] { [Sensitive("mov", Sensitivity.Privileged)] get => 0; }
            public static ulong ReadCr3() => 0;
        }
        unsafe partial class Kernel
        {
            TrapFrame* _frame;
            Pfn _pfn; Mfn _mfn; Vpn _vpn;
            [PageTableEntry] ulong* _entry;
            static Node s_node = null!;
            [return: PageTableEntry] ulong* Find() => _entry;
            static void Leaf() { }
            static void Run(Action action) { }

        """;

    private const string InstanceOperations = """
        using System;
        using ParaKit.Guest;
        class Device
        {
            [Sensitive("reset", Sensitivity.Privileged, Paravirtual = typeof(ParavirtualDevice))] public void Reset() { }
            [Sensitive("status", Sensitivity.Platform, Paravirtual = typeof(ParavirtualDevice))] public ulong Status() => 0;
            [Sensitive("flags", Sensitivity.SensitiveUnprivileged, Paravirtual = typeof(ParavirtualDevice))] public ulong Flags() => 0;
            public void Ordinary() { }
        }
        struct Counter { [Sensitive("add", Sensitivity.Privileged, Paravirtual = typeof(ParavirtualDevice))] public void Add(ulong amount) { } }
        static class Extensions { [Sensitive("twice", Sensitivity.Privileged, Paravirtual = typeof(ParavirtualDevice))] public static void Twice(this ref Counter counter) { } }
        class Table<T> { [Sensitive("clear", Sensitivity.SensitiveStore, Paravirtual = typeof(ParavirtualDevice))] public void Clear() { } }
        class Plain { public void Reset() { } public ulong Status() => 0; }
        static class ParavirtualDevice
        {
            public static void Reset(Device device) { }
            public static ulong Status(Device device) => 0;
            public static ulong Flags(Device device) => 0;
            public static void Add(ref Counter counter, ulong amount) { }
            public static void Twice(ref Counter counter) { }
            public static void Clear<T>(Table<T> table) { }
        }
        unsafe partial class Kernel
        {
            Device _device = new();
            Device[] _devices = [];
            Counter _counter;
            Table<int> _typed = new();
            Plain _plain = new();
            Device Find() => _device;

        """;

    /// <param name="Name">File and line.</param>
    /// <param name="Source">The complete source.</param>
    /// <param name="Rules">The rules whose diagnostics count; null for all that are not advisory.</param>
    internal sealed record Snippet(string Name, MarkedSource Source, string[]? Rules)
    {
        internal bool Counts(string id) => Rules?.Contains(id) ?? !Advisory.Contains(id);
    }
}
