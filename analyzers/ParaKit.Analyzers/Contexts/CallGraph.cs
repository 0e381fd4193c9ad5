using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>The methods of one compilation and what they reach: found as far as somebody asks, since most of a kernel is in no context.</summary>
internal sealed class CallGraph(GuestBuild guest)
{
    private readonly Dictionary<IMethodSymbol, MethodFacts?> _facts = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, MaskEffect> _effects = new(SymbolEqualityComparer.Default);

    // From a virtual, abstract or interface method to what it may mean.
    private Dictionary<IMethodSymbol, HashSet<IMethodSymbol>>? _dispatch;

    private Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> Dispatch => _dispatch ??= ReadTypes();

    /// <summary>One symbol per method, however it is called.</summary>
    internal static IMethodSymbol Definition(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialDefinitionPart ?? definition;
    }

    /// <summary>True when the method declares that it does not return.</summary>
    internal static bool IsNonReturning(IMethodSymbol method) =>
        GuestApi.FindAttribute(method.OriginalDefinition, GuestApi.DoesNotReturnAttribute) is not null;

    /// <summary>What an instruction does to the interrupt flag.</summary>
    internal static MaskEffect EffectOf(string? mnemonic) => mnemonic switch
    {
        "cli" => MaskEffect.Masks,
        "sti" or "sti; hlt" or "popf" or "popfq" or "iret" or "iretq" => MaskEffect.Unmasks,
        _ => MaskEffect.None,
    };

    /// <summary>The facts of a method that this compilation declares; null for others.</summary>
    internal MethodFacts? Find(IMethodSymbol method)
    {
        if (!_facts.TryGetValue(method, out MethodFacts? facts))
        {
            // A library in source, as an editor may reference one, is another compilation.
            bool isOwn = !method.DeclaringSyntaxReferences.IsEmpty && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, guest.Compilation.Assembly);
            facts = isOwn ? new MethodFacts() : null;
            _facts.Add(method, facts);
            foreach (SyntaxReference part in !isOwn ? [] : method.DeclaringSyntaxReferences.Concat(method.PartialImplementationPart?.DeclaringSyntaxReferences ?? []))
            {
                SyntaxNode syntax = part.GetSyntax();
                if (syntax is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax)
                {
                    facts!.AddBody(new MethodBody(this, method, syntax, ModelOf(syntax.SyntaxTree), !guest.IsNativeCode(method)));
                }
            }
        }

        return facts;
    }

    /// <summary>The facts of a method or local function that is being read.</summary>
    internal MethodFacts Add(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method);
        return Find(definition) ?? (_facts[definition] = new MethodFacts());
    }

    internal SemanticModel ModelOf(SyntaxTree tree) => guest.Compilation.GetSemanticModel(tree);

    /// <summary>What a call of the method does to the interrupt flag.</summary>
    internal MaskEffect EffectOf(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method);
        if (!_effects.TryGetValue(definition, out MaskEffect effect))
        {
            effect = EffectOf(guest.FindOperation(definition)?.Mnemonic);
            _effects.Add(definition, effect);
        }

        return effect;
    }

    private Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> ReadTypes()
    {
        Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> dispatch = new(SymbolEqualityComparer.Default);
        Stack<INamespaceOrTypeSymbol> pending = new([guest.Compilation.Assembly.GlobalNamespace]);
        while (pending.Count > 0)
        {
            INamespaceOrTypeSymbol container = pending.Pop();
            foreach (INamespaceOrTypeSymbol inner in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                pending.Push(inner);
            }

            if (container is INamedTypeSymbol type)
            {
                AddType(type, dispatch);
            }
        }

        return dispatch;
    }

    // What a type's methods override and implement.
    private static void AddType(INamedTypeSymbol type, Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> dispatch)
    {
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            for (IMethodSymbol? overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                AddDispatch(overridden, method, dispatch);
            }
        }

        foreach (IMethodSymbol member in type.AllInterfaces.SelectMany(static implemented => implemented.GetMembers().OfType<IMethodSymbol>()))
        {
            if (type.FindImplementationForInterfaceMember(member) is IMethodSymbol implementation)
            {
                AddDispatch(member, implementation, dispatch);
            }
        }
    }

    /// <summary>The methods that a call may enter.</summary>
    internal IEnumerable<IMethodSymbol> Targets(Call call)
    {
        yield return call.Target;
        if (call.Receiver is null || !Dispatch.TryGetValue(call.Target, out var candidates))
        {
            yield break;
        }

        foreach (IMethodSymbol candidate in candidates)
        {
            if (IsPossible(candidate.ContainingType, call.Receiver))
            {
                yield return candidate;
            }
        }
    }

    /// <summary>The methods that stand behind a virtual, abstract or interface method.</summary>
    internal IEnumerable<IMethodSymbol> Implementations(IMethodSymbol method) =>
        Dispatch.TryGetValue(method, out var candidates) ? candidates : [];

    private static void AddDispatch(IMethodSymbol from, IMethodSymbol to, Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> dispatch)
    {
        if (!SymbolEqualityComparer.Default.Equals(Definition(from), Definition(to)))
        {
            if (!dispatch.TryGetValue(Definition(from), out HashSet<IMethodSymbol>? known))
            {
                dispatch.Add(Definition(from), known = new(SymbolEqualityComparer.Default));
            }

            known.Add(Definition(to));
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
