using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>The methods of one compilation and what they reach: built while the compiler walks, read at its end.</summary>
internal sealed class CallGraph(GuestBuild guest)
{
    private readonly ConcurrentDictionary<IMethodSymbol, MethodFacts> _facts = new(SymbolEqualityComparer.Default);

    // From a virtual, abstract or interface method to what it may mean.
    private readonly ConcurrentDictionary<IMethodSymbol, ConcurrentDictionary<IMethodSymbol, bool>> _dispatch = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, MaskEffect> _effects = new(SymbolEqualityComparer.Default);

    /// <summary>All methods that have a body or carry a context, in no order.</summary>
    internal IEnumerable<KeyValuePair<IMethodSymbol, MethodFacts>> All => _facts;

    /// <summary>One symbol per method, however it is called.</summary>
    internal static IMethodSymbol Definition(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialDefinitionPart ?? definition;
    }

    /// <summary>True when the method declares that it does not return.</summary>
    internal static bool IsNonReturning(IMethodSymbol method) =>
        GuestApi.FindAttribute(method.OriginalDefinition, GuestApi.DoesNotReturnAttribute) is not null;

    internal MethodFacts Add(IMethodSymbol method) => _facts.GetOrAdd(Definition(method), static _ => new MethodFacts());

    internal MethodFacts? Find(IMethodSymbol method) => _facts.TryGetValue(method, out MethodFacts? facts) ? facts : null;

    /// <summary>What a call of the method does to the interrupt flag.</summary>
    internal MaskEffect EffectOf(IMethodSymbol method) => _effects.GetOrAdd(Definition(method), definition => guest.FindOperation(definition)?.Mnemonic switch
    {
        "cli" => MaskEffect.Masks,
        "sti" or "popf" or "popfq" or "iret" or "iretq" => MaskEffect.Unmasks,
        _ => MaskEffect.None,
    });

    /// <summary>Notes what a type's methods override and implement.</summary>
    internal void AddType(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            for (IMethodSymbol? overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                AddDispatch(overridden, method);
            }
        }

        foreach (IMethodSymbol member in type.AllInterfaces.SelectMany(static implemented => implemented.GetMembers().OfType<IMethodSymbol>()))
        {
            if (type.FindImplementationForInterfaceMember(member) is IMethodSymbol implementation)
            {
                AddDispatch(member, implementation);
            }
        }
    }

    /// <summary>The methods that a call may enter.</summary>
    internal IEnumerable<IMethodSymbol> Targets(Call call)
    {
        yield return call.Target;
        if (call.Receiver is null || !_dispatch.TryGetValue(call.Target, out var candidates))
        {
            yield break;
        }

        foreach (IMethodSymbol candidate in candidates.Keys)
        {
            if (IsPossible(candidate.ContainingType, call.Receiver))
            {
                yield return candidate;
            }
        }
    }

    /// <summary>The methods that stand behind a virtual, abstract or interface method.</summary>
    internal IEnumerable<IMethodSymbol> Implementations(IMethodSymbol method) =>
        _dispatch.TryGetValue(method, out var candidates) ? candidates.Keys : [];

    private void AddDispatch(IMethodSymbol from, IMethodSymbol to)
    {
        if (!SymbolEqualityComparer.Default.Equals(Definition(from), Definition(to)))
        {
            _dispatch.GetOrAdd(Definition(from), static _ => new(SymbolEqualityComparer.Default)).TryAdd(Definition(to), true);
        }
    }

    // An object of class type cannot be one of a sibling class.
    private static bool IsPossible(INamedTypeSymbol implementing, ITypeSymbol receiver) =>
        receiver.TypeKind != TypeKind.Class || Inherits(implementing, receiver) || Inherits(receiver, implementing);

    private static bool Inherits(ITypeSymbol type, ITypeSymbol ancestor)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, ancestor.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What an operation does to the interrupt flag.</summary>
internal enum MaskEffect
{
    None,
    Masks,
    Unmasks,
}
