using System;
using Microsoft.CodeAnalysis;

namespace ParaKit.CodeFixes;

/// <summary>What a fix does to one node.</summary>
/// <param name="Target">The node as it was analysed.</param>
/// <param name="Rewrite">Makes the new node from the target, in which nodes below may have been fixed already.</param>
internal sealed record Replacement(SyntaxNode Target, Func<SyntaxNode, SyntaxNode> Rewrite);
