using System.Globalization;
using System.Text;

namespace ParaKit.Benchmarks;

/// <summary>Sources of a large kernel: 250 files of 200 lines each, with 20 sensitive calls in three of a file's methods.</summary>
internal static class GeneratedGuest
{
    internal const int Files = 250;
    internal const int LinesPerFile = 200;
    internal const int CallsPerFile = 20;

    private const int OrdinaryMethods = 12;

    private const string Main = """
        using System.Runtime;
        using ParaKit.Guest;

        internal static unsafe class Kernel
        {
            [RuntimeExport("kernel_main")]
            private static void Main(ulong bootInformation)
            {
                Platform.Initialize(bootInformation);
                Platform.Shutdown(Run(null, 3));
            }

            private static int Run(ulong* table, int vector)
            {
                int sum = 0;
                {{Calls}}
                return sum;
            }
        }
        """;

    // The kernel needs all its parts: the ahead-of-time compiler leaves out what nothing reaches.
    private static string Calls => string.Join("\n        ", Enumerable.Range(0, Files).Select(static file => $"sum += Part{file}.Run(table, vector);"));

    internal static IEnumerable<(string Name, string Text)> Sources() => Enumerable.Range(0, Files).Select(i => ($"Part{i}.cs", Source(i)));

    /// <summary>Writes the kernel as a project that <c>dotnet build</c> makes both images of.</summary>
    internal static void WriteProject(string folder, string version, string packages)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "Big.csproj"), $"""<Project Sdk="ParaKit.Sdk/{version}" />""");
        File.WriteAllText(Path.Join(folder, "nuget.config"), $"""<configuration><packageSources><add key="parakit" value="{packages}" /></packageSources></configuration>""");
        File.WriteAllText(Path.Join(folder, "Kernel.cs"), Main.Replace("{{Calls}}", Calls, StringComparison.Ordinal));
        foreach (var (name, text) in Sources())
        {
            File.WriteAllText(Path.Join(folder, name), text);
        }
    }

    private static string Source(int file)
    {
        // A kernel that its author keeps in order has few warnings, and some.
        bool warns = file % 10 == 0;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $$"""
            using ParaKit.Guest;

            /// <summary>Part {{file}} of the kernel.</summary>
            internal static unsafe class Part{{file}}
            {
                internal static readonly int[] s_counts = new int[64];
                private static ulong s_root;

                internal static void Enter(ulong* table, ulong address)
                {
                    {{(warns ? "ulong flags = X86.Pushf();" : "ulong flags = X86.ReadCr3();")}}
                    X86.Cli();
                    PageTable.Write(table, address | PageTable.Present);
                    PageTable.Write(table + 1, PageTable.Read(table) + {{file}});
                    X86.Invlpg(address);
                    {{(warns ? "X86.Popf(flags);" : "X86.WriteCr3(flags);")}}
                    {{(warns ? "" : "X86.Sti();")}}
                }

                internal static ulong Switch(ulong root)
                {
                    X86.Cli();
                    ulong old = X86.ReadCr3();
                    X86.WriteCr3(root);
                    s_root = X86.ReadCr3();
                    X86.Wrmsr(0xc0000100, root);
                    X86.Out8(0x3f8, (byte)root);
                    X86.Sti();
                    return old;
                }

                internal static void Clear(ulong* table)
                {
                    PageTable.Write(table, 0);
                    PageTable.Write(table + 1, 0);
                    PageTable.Write(table + 2, PageTable.Read(table + 3));
                    X86.Invlpg(s_root);
                    X86.Out8(0x20, (byte)0x20);
                }

                internal static int Run(ulong* table, int vector)
                {
                    Enter(table, Switch(s_root));
                    Clear(table);
                    return Handle(vector) + {{string.Join(" + ", Enumerable.Range(0, OrdinaryMethods).Select(static method => $"Work{method}(vector, 5)"))}};
                }

                {{(file % 10 == 0 ? "[InterruptContext]" : "// an ordinary entry")}}
                internal static int Handle(int vector) => Work0(vector, 3) + Part{{(file + 1) % Files}}.Work1(vector, 4);

            """);
        for (int method = 0; method < OrdinaryMethods; method++)
        {
            AppendOrdinary(text, method, (file + method) % Files);
        }

        string body = text.Append("}\n").ToString();
        int lines = body.AsSpan().Count('\n');
        return body + string.Concat(Enumerable.Repeat("// padding\n", LinesPerFile - lines));
    }

    private static void AppendOrdinary(StringBuilder text, int method, int other) => text.Append(CultureInfo.InvariantCulture, $$"""

            internal static int Work{{method}}(int first, int count)
            {
                int sum = first;
                for (int i = 0; i < count; i++)
                {
                    sum += s_counts[(i + {{method}}) & 63] * (first ^ i);
                    s_counts[i & 63] = sum > 1000 ? sum - 1000 : sum + Part{{other}}.s_counts.Length;
                }

                return sum;
            }

        """);
}
