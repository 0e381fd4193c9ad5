using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Files;

/// <summary>A file of a compilation: which of its bodies may concern which rules. The others are never bound, which is what analysis costs.</summary>
internal sealed class GuestFile
{
    private readonly SyntaxTree _tree;
    private readonly Vocabulary _vocabulary;
    private readonly List<(int Position, Topics Topics)> _hits = [];
    private readonly Topics _all;

    internal GuestFile(SyntaxTree tree, Vocabulary vocabulary)
    {
        _tree = tree;
        _vocabulary = vocabulary;
        Words = FileWords.Of(tree);
        Topics all = Topics.None;
        foreach (string word in Words.Distinct)
        {
            Topics topics = vocabulary.Of(word);
            all |= topics;
            if (topics != Topics.None)
            {
                AddHits(word, topics);
            }
        }

        _all = (all & Topics.Use) != 0 ? all | Topics.Call : all;
        _hits.Sort(static (left, right) => left.Position.CompareTo(right.Position));
    }

    internal FileWords Words { get; }

    /// <summary>The bodies with a word on any of the topics, in the order of the file.</summary>
    internal IEnumerable<SyntaxNode> Bodies(Topics topics)
    {
        bool isEveryone = IsEveryone(topics);
        if (!isEveryone && (_all & topics) == 0)
        {
            yield break;
        }

        FileBodies bodies = FileBodies.Of(_tree);
        foreach (SyntaxNode body in bodies.All)
        {
            if (isEveryone || Has(body, topics) || IsInside(body, topics, bodies))
            {
                yield return body;
            }
        }
    }

    /// <summary>True when the name is on the topic and nothing else in the compilation has it.</summary>
    internal bool IsOnly(string name, Topics topic) => (_vocabulary.Of(name) & topic) != 0 && _vocabulary.IsUnique(name);

    /// <summary>Where in a body words on any of the topics stand.</summary>
    internal IEnumerable<int> Hits(SyntaxNode body, Topics topics)
    {
        for (int i = First(body.SpanStart); i < _hits.Count && _hits[i].Position < body.Span.End; i++)
        {
            if ((_hits[i].Topics & topics) != 0)
            {
                yield return _hits[i].Position;
            }
        }
    }

    private bool IsEveryone(Topics topics) => Words.HasEscapes || (_vocabulary.Concerned & topics) != 0;

    private void AddHits(string word, Topics topics)
    {
        foreach (int position in Words.Occurrences(word))
        {
            bool isCall = (topics & Topics.Use) != 0 && word != "delegate" && IsCalled(position + word.Length);
            _hits.Add((position, isCall ? (topics & ~Topics.Use) | Topics.Call : topics));
        }
    }

    // Arguments follow. With type arguments in between it may be anything.
    private bool IsCalled(int end)
    {
        while (end < Words.Text.Length && char.IsWhiteSpace(Words.Text[end]))
        {
            end++;
        }

        return end < Words.Text.Length && Words.Text[end] == '(';
    }

    /// <summary>True when a body has a word on any of the topics.</summary>
    internal bool Has(SyntaxNode body, Topics topics)
    {
        if (IsEveryone(topics))
        {
            return true;
        }

        for (int i = First(body.SpanStart); i < _hits.Count && _hits[i].Position < body.Span.End; i++)
        {
            if ((_hits[i].Topics & topics) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInside(SyntaxNode body, Topics topics, FileBodies bodies)
    {
        foreach (var type in bodies.Types)
        {
            if ((_vocabulary.OfType(type.Identifier.ValueText) & topics) != 0 && type.Span.Contains(body.Span))
            {
                return true;
            }
        }

        return false;
    }

    // The first hit at or after a position.
    private int First(int position)
    {
        int low = 0;
        for (int high = _hits.Count; low < high;)
        {
            int middle = (low + high) / 2;
            if (_hits[middle].Position < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
