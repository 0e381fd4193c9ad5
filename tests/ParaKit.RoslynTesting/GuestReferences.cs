using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.RoslynTesting;

/// <summary>What guest sources are compiled against in tests: the running framework and a stub of the guest library.</summary>
public static class GuestReferences
{
    private static readonly string[] s_assemblies =
    [
        "System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Linq", "System.Linq.Expressions",
        "System.Memory", "System.Runtime.InteropServices", "System.Threading", "System.Console",
    ];

    private static readonly Lazy<ImmutableArray<MetadataReference>> s_framework = new(LoadFramework);
    private static readonly Lazy<MetadataReference> s_library = new(CompileLibrary);

    /// <summary>The framework alone.</summary>
    public static ImmutableArray<MetadataReference> Framework => s_framework.Value;

    /// <summary>The framework and the stub of ParaKit.Guest as a compiled assembly.</summary>
    public static ImmutableArray<MetadataReference> All => [.. Framework, s_library.Value];

    /// <summary>Compiles a library that guests may reference, itself against <see cref="All"/>.</summary>
    /// <exception cref="InvalidOperationException">The source has errors.</exception>
    public static MetadataReference Compile(string assemblyName, string source) => Compile(assemblyName, All, source);

    private static ImmutableArray<MetadataReference> LoadFramework()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return [.. s_assemblies.Select(name => MetadataReference.CreateFromFile(Path.Join(folder, name + ".dll")))];
    }

    private static PortableExecutableReference CompileLibrary() => Compile("ParaKit.Guest", Framework, [.. ReadStubs()]);

    private static IEnumerable<string> ReadStubs()
    {
        foreach (string name in typeof(GuestReferences).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cs", StringComparison.Ordinal)))
        {
            using StreamReader source = new(typeof(GuestReferences).Assembly.GetManifestResourceStream(name)!);
            yield return source.ReadToEnd();
        }
    }

    private static PortableExecutableReference Compile(string assemblyName, IEnumerable<MetadataReference> references, params string[] sources)
    {
        IEnumerable<SyntaxTree> trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, GuestCompilation.ParseOptions, $"{assemblyName}{i}.cs", Encoding.UTF8));
        using MemoryStream image = new();
        var result = CSharpCompilation.Create(assemblyName, trees, references, GuestCompilation.Options).Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }
}
