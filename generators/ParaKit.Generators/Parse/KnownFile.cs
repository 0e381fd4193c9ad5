using System;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ParaKit.Generators.Parse;

/// <summary>The calls last found in a file, good as long as the compilation declares the same.</summary>
internal sealed class KnownFile
{
    private static readonly ConditionalWeakTable<SyntaxTree, KnownFile> s_files = new();

    private Tuple<Declarations, Model.CallSite[]>? _last;

    internal static KnownFile Of(SyntaxTree tree) => s_files.GetValue(tree, static _ => new KnownFile());

    internal Model.CallSite[] Calls(Declarations declarations, Func<Model.CallSite[]> find)
    {
        Tuple<Declarations, Model.CallSite[]>? last = _last;
        Model.CallSite[] calls = last?.Item1.Equals(declarations) == true ? last.Item2 : find();

        // With the newest declarations, so that those of older compilations are let go.
        _last = Tuple.Create(declarations, calls);
        return calls;
    }
}
