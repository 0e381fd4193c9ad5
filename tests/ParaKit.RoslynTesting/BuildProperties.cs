using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.RoslynTesting;

/// <summary>MSBuild properties as analyzers and generators see them.</summary>
public sealed class BuildProperties : AnalyzerConfigOptionsProvider
{
    private readonly Values _values;

    /// <summary>Creates the properties of a build.</summary>
    /// <param name="mode">Value of <c>ParaKitMode</c>; null when the compilation is not a guest's.</param>
    /// <param name="rewrite">Value of <c>ParaKitRewrite</c>.</param>
    public BuildProperties(string? mode, string? rewrite = null) => _values = new Values(mode, rewrite);

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GlobalOptions => _values;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _values;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _values;

    private sealed class Values(string? mode, string? rewrite) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key switch
            {
                "build_property.ParaKitMode" => mode,
                "build_property.ParaKitRewrite" => rewrite,
                _ => null,
            };
            return value is not null;
        }
    }
}
