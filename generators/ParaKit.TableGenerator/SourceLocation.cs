using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ParaKit.TableGenerator;

/// <summary>Where an attribute stands, as a value (a <see cref="Location"/> would keep the whole compilation alive).</summary>
internal sealed record SourceLocation(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static SourceLocation? Of(AttributeData attribute)
    {
        if (attribute.ApplicationSyntaxReference is not { } syntax)
        {
            return null;
        }

        Location location = syntax.SyntaxTree.GetLocation(syntax.Span);
        return new SourceLocation(syntax.SyntaxTree.FilePath, syntax.Span, location.GetLineSpan().Span);
    }

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
