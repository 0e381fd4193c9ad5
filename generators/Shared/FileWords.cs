using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// The words of a file and where they stand, comments and strings included: enough to tell which parts of it cannot concern a rule. One pass over
/// the characters, once for each version of a file; nodes and tokens, which cost far more, are made only where something was found.
/// </summary>
internal sealed class FileWords
{
    private const int InitialSlots = 256;

    private static readonly ConditionalWeakTable<SyntaxTree, FileWords> s_files = new();

    private readonly List<int> _positions = [];

    // For each occurrence, the one of the same word before it; -1 at the first.
    private readonly List<int> _earlier = [];

    // Open addressing over the distinct words: nothing is allocated for a word that was seen before.
    private readonly List<Word> _words = [];
    private int[] _slots = new int[InitialSlots];

    private FileWords(string text)
    {
        Text = text;
        int bracket = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (IsWordStart(character))
            {
                int start = i;
                uint hash = 0;
                for (; i < text.Length && IsWordPart(text[i]); i++)
                {
                    hash = unchecked((hash * 31) + text[i]);
                }

                Note(start, i - start, hash);
                i--;
                continue;
            }

            bracket += character == '[' ? 1 : character == ']' && bracket > 0 ? -1 : 0;
            HasBracketedComma |= character == ',' && bracket > 0;
            HasEscapes |= character == '\\' && i + 1 < text.Length && text[i + 1] is 'u' or 'U';
        }
    }

    internal string Text { get; }

    /// <summary>True when a comma stands between brackets.</summary>
    internal bool HasBracketedComma { get; }

    /// <summary>True when some word may be spelled with escapes: then words say nothing.</summary>
    internal bool HasEscapes { get; }

    /// <summary>The distinct words.</summary>
    internal IEnumerable<string> Distinct
    {
        get
        {
            foreach (Word word in _words)
            {
                yield return word.Text;
            }
        }
    }

    internal static FileWords Of(SyntaxTree tree) => s_files.GetValue(tree, static key => new FileWords(key.GetText().ToString()));

    /// <summary>True when the word occurs, or may occur in disguise.</summary>
    internal bool MayHave(string word) => HasEscapes || Find(word, 0, word.Length, HashOf(word)) >= 0;

    /// <summary>Where a word starts, last first.</summary>
    internal IEnumerable<int> Occurrences(string word)
    {
        int found = Find(word, 0, word.Length, HashOf(word));
        for (int occurrence = found < 0 ? -1 : _words[found].Last; occurrence >= 0; occurrence = _earlier[occurrence])
        {
            yield return _positions[occurrence];
        }
    }

    private static bool IsWordStart(char character) =>
        (uint)((character | 0x20) - 'a') <= 'z' - 'a' || character == '_' || (character > '\u007f' && char.IsLetter(character));

    private static bool IsWordPart(char character) =>
        (uint)((character | 0x20) - 'a') <= 'z' - 'a' || (uint)(character - '0') <= 9 || character == '_' || (character > '\u007f' && char.IsLetterOrDigit(character));

    private static uint HashOf(string word)
    {
        uint hash = 0;
        foreach (char character in word)
        {
            hash = unchecked((hash * 31) + character);
        }

        return hash;
    }

    private void Note(int start, int length, uint hash)
    {
        int index = Find(Text, start, length, hash);
        if (index < 0)
        {
            index = _words.Count;
            _words.Add(new Word(Text.Substring(start, length), hash));
            if (2 * _words.Count > _slots.Length)
            {
                Grow();
            }
            else
            {
                Enter(index, hash);
            }
        }

        Word word = _words[index];
        _earlier.Add(word.Last);
        word.Last = _positions.Count;
        _positions.Add(start);
    }

    private int Find(string text, int start, int length, uint hash)
    {
        for (uint slot = hash; ; slot++)
        {
            int index = _slots[slot & (_slots.Length - 1)] - 1;
            if (index < 0)
            {
                return -1;
            }

            Word word = _words[index];
            if (word.Hash == hash && word.Text.Length == length && string.CompareOrdinal(word.Text, 0, text, start, length) == 0)
            {
                return index;
            }
        }
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (int index = 0; index < _words.Count; index++)
        {
            Enter(index, _words[index].Hash);
        }
    }

    private void Enter(int index, uint hash)
    {
        uint slot = hash;
        while (_slots[slot & (_slots.Length - 1)] != 0)
        {
            slot++;
        }

        _slots[slot & (_slots.Length - 1)] = index + 1;
    }

    private sealed class Word(string text, uint hash)
    {
        internal string Text { get; } = text;

        internal uint Hash { get; } = hash;

        internal int Last { get; set; } = -1;
    }
}
