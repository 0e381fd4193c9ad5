using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Contexts;

/// <summary>A body that has not been bound yet.</summary>
/// <param name="graph">Takes what it calls.</param>
/// <param name="method">Whose body it is.</param>
/// <param name="syntax">The declaration.</param>
/// <param name="model">Binds it.</param>
/// <param name="isChecked">Whether masking in it is looked at.</param>
internal sealed class MethodBody(CallGraph graph, IMethodSymbol method, SyntaxNode syntax, SemanticModel model, bool isChecked)
{
    internal void Read(MethodFacts facts)
    {
        foreach (IOperation block in GuestBody.Roots(syntax, model, CancellationToken.None))
        {
            FactCollector collector = new(graph, method);
            collector.Visit(block);
            if ((collector.Masks || collector.HasEndlessLoop) && block.Flow() is { } flow)
            {
                facts.NeverReturns = !flow.Blocks.Last().IsReachable;
                facts.MaskingFlow = collector.Masks && isChecked ? flow : null;
            }
        }
    }
}
